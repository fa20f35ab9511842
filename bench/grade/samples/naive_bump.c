/* Right, and as simple as can be: every block is new memory, and free does nothing. Fast, and uses
 * many times the memory that it needs. */
#include <string.h>

#include "memlib.h"
#include "mm.h"

#define HEADER 16

static size_t round_up(size_t n) { return (n + 15) & ~(size_t)15; }

int mm_init(void) { return 0; }

void* mm_malloc(size_t size) {
  char* block = mem_sbrk((intptr_t)(HEADER + round_up(size)));
  if (block == (void*)-1) return NULL;
  *(size_t*)block = size;
  return block + HEADER;
}

void mm_free(void* ptr) { (void)ptr; }

void* mm_realloc(void* ptr, size_t size) {
  if (ptr == NULL) return mm_malloc(size);
  const size_t old = *(size_t*)((char*)ptr - HEADER);
  void* moved = mm_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, ptr, old < size ? old : size);
  return moved;
}
