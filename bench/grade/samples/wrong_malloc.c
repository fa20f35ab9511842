/* Wrong: only large blocks come from mem_sbrk, small ones from the C library. */
#include <stdlib.h>

#include "memlib.h"
#include "mm.h"

#define LARGE 4096

int mm_init(void) { return 0; }

static void* take(size_t size) { return mem_sbrk((intptr_t)((size + 15) & ~(size_t)15)); }

void* mm_malloc(size_t size) {
  if (size < LARGE) return malloc(size);
  void* block = take(size);
  return block == (void*)-1 ? NULL : block;
}

void mm_free(void* ptr) {
  if (ptr < mem_heap_lo() || ptr > mem_heap_hi()) free(ptr);
}
