/* Wrong: sizes are rounded up to 8, and the word in front of each block makes every other one lie 8
 * bytes beside a multiple of 16. Right where the lab asks for 8 (--alignment 8). */
#include "memlib.h"
#include "mm.h"

int mm_init(void) { return mem_sbrk(8) == (void*)-1 ? -1 : 0; }

void* mm_malloc(size_t size) {
  const size_t rounded = (size + 7) & ~(size_t)7;
  char* block = mem_sbrk((intptr_t)(8 + rounded));
  if (block == (void*)-1) return NULL;
  *(size_t*)block = rounded;
  return block + 8;
}

void mm_free(void* ptr) { (void)ptr; }

void* mm_realloc(void* ptr, size_t size) {
  const size_t old = ((size_t*)ptr)[-1];
  char* moved = mm_malloc(size);
  for (size_t i = 0; moved != NULL && i < old && i < size; ++i) moved[i] = ((char*)ptr)[i];
  return moved;
}
