/* Wrong: each block is followed by a word with its size, for which mem_sbrk is never asked. */
#include "memlib.h"
#include "mm.h"

int mm_init(void) { return 0; }

void* mm_malloc(size_t size) {
  const size_t rounded = (size + 15) & ~(size_t)15;
  char* block = mem_sbrk((intptr_t)rounded);
  if (block == (void*)-1) return NULL;
  *(size_t*)(block + rounded) = rounded;
  return block;
}

void mm_free(void* ptr) { (void)ptr; }
