/* Wrong: the blocks of one size are kept on a list when they are freed, but the one that is taken
 * from it stays there: the next request of that size gets it, too. */
#include <string.h>

#include "memlib.h"
#include "mm.h"

#define HEADER 16
#define SIZES 64

static void* freed[SIZES]; /* the block freed last, by its size in units of 16 bytes */

static size_t units_of(size_t size) { return (size + 15) / 16; }

int mm_init(void) {
  memset(freed, 0, sizeof(freed));
  return 0;
}

void* mm_malloc(size_t size) {
  const size_t units = units_of(size);
  if (units < SIZES && freed[units] != NULL) return freed[units];
  char* block = mem_sbrk((intptr_t)(HEADER + 16 * units));
  if (block == (void*)-1) return NULL;
  *(size_t*)block = units;
  return block + HEADER;
}

void mm_free(void* ptr) {
  const size_t units = *(size_t*)((char*)ptr - HEADER);
  if (units < SIZES) freed[units] = ptr;
}

void* mm_realloc(void* ptr, size_t size) {
  const size_t old = 16 * *(size_t*)((char*)ptr - HEADER);
  if (size <= old) return ptr;
  void* moved = mm_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, ptr, old);
  mm_free(ptr);
  return moved;
}
