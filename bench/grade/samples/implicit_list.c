/* Right: all blocks lie one behind the other, each with its size in front; malloc looks at them in
 * order and takes the first that is free and large enough. What is free side by side becomes one
 * block when the search comes by.
 *
 *     | size, used? | payload ... | size, used? | payload ... |
 *       8 bytes, before an address that is a multiple of 16
 */
#include <string.h>

#include "memlib.h"
#include "mm.h"

#define WORD sizeof(size_t)
#define USED ((size_t)1)
#define LEAST 32

static char* first; /* the first block's size word */

static size_t size_of(const char* block) { return *(const size_t*)block & ~USED; }
static int is_used(const char* block) { return (*(const size_t*)block & USED) != 0; }
static void set(char* block, size_t size, size_t used) { *(size_t*)block = size | used; }
static char* end_of_heap(void) { return (char*)mem_heap_hi() + 1; }

static size_t block_size(size_t size) {
  const size_t wanted = (size + WORD + 15) & ~(size_t)15;
  return wanted < LEAST ? LEAST : wanted;
}

int mm_init(void) {
  /* Payloads lie behind a word, on multiples of 16. */
  if (mem_sbrk(16 - WORD) == (void*)-1) return -1;
  first = end_of_heap();
  return 0;
}

/* Makes the free block and all free ones behind it one. */
static void merge(char* block) {
  size_t size = size_of(block);
  while (block + size < end_of_heap() && !is_used(block + size)) size += size_of(block + size);
  set(block, size, 0);
}

static void take(char* block, size_t wanted) {
  const size_t rest = size_of(block) - wanted;
  if (rest < LEAST) {
    set(block, size_of(block), USED);
  } else {
    set(block + wanted, rest, 0);
    set(block, wanted, USED);
  }
}

/* The first free block of `wanted` bytes or more, or NULL; *last becomes the last that was seen. */
static char* find(size_t wanted, char** last) {
  for (char* block = first; block < end_of_heap(); block += size_of(block)) {
    *last = block;
    if (is_used(block)) continue;
    merge(block);
    if (size_of(block) >= wanted) return block;
  }
  return NULL;
}

/* A free block of `wanted` bytes at the end of the heap, of which the last block is a part if it is
 * free; or NULL. */
static char* grow(char* last, size_t wanted) {
  const int extends = last != NULL && !is_used(last);
  const size_t missing = extends ? wanted - size_of(last) : wanted;
  char* grown = mem_sbrk((intptr_t)missing);
  if (grown == (void*)-1) return NULL;
  char* block = extends ? last : grown;
  set(block, wanted, 0);
  return block;
}

void* mm_malloc(size_t size) {
  const size_t wanted = block_size(size);
  char* last = NULL;
  char* block = find(wanted, &last);
  if (block == NULL) block = grow(last, wanted);
  if (block == NULL) return NULL;
  take(block, wanted);
  return block + WORD;
}

void mm_free(void* ptr) {
  if (ptr == NULL) return;
  char* block = (char*)ptr - WORD;
  set(block, size_of(block), 0);
}

void* mm_realloc(void* ptr, size_t size) {
  if (ptr == NULL) return mm_malloc(size);
  if (size == 0) return mm_free(ptr), NULL;
  char* block = (char*)ptr - WORD;
  const size_t old = size_of(block) - WORD;
  if (size <= old) return ptr;
  void* moved = mm_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, ptr, old);
  mm_free(ptr);
  return moved;
}
