/* Right, and good: free blocks are on lists by the power of two below their size, with their size at
 * both ends, so that a freed block finds its neighbours and becomes one with them at once.
 *
 *     used   | size, flags | payload ...                          |
 *     free   | size, flags | next | previous | ...         | size |
 *
 * Two flags: whether the block is used, and whether the one before it is, which then has no size at
 * its end. The heap ends with a size word of 0 that is used.
 */
#include <string.h>

#include "memlib.h"
#include "mm.h"

#define WORD sizeof(size_t)
#define USED ((size_t)1)
#define BEFORE_USED ((size_t)2)
#define LEAST 32
#define LISTS 40
#define CHUNK 4096

typedef struct Free {
  struct Free* next;
  struct Free* previous;
} Free;

static Free* lists[LISTS];

static size_t* word(void* payload) { return (size_t*)payload - 1; }
static size_t size_of(void* payload) { return *word(payload) & ~(USED | BEFORE_USED); }
static char* behind(void* payload) { return (char*)payload + size_of(payload); }
static int is_used(void* payload) { return (*word(payload) & USED) != 0; }

static int list_of(size_t size) {
  const int list = 63 - __builtin_clzl(size) - 5;
  return list < LISTS ? list : LISTS - 1;
}

static void insert(Free* block) {
  Free** list = &lists[list_of(size_of(block))];
  block->previous = NULL;
  block->next = *list;
  if (*list != NULL) (*list)->previous = block;
  *list = block;
}

static void take_out(Free* block) {
  if (block->previous != NULL) {
    block->previous->next = block->next;
  } else {
    lists[list_of(size_of(block))] = block->next;
  }
  if (block->next != NULL) block->next->previous = block->previous;
}

/* Makes [payload, + size) a free block, merged with its neighbours, and returns it. */
static void* release(char* payload, size_t size, size_t before_used) {
  char* next = payload + size;
  if (!is_used(next)) {
    take_out((Free*)next);
    size += size_of(next);
  }
  if (!before_used) {
    const size_t before = *((size_t*)payload - 2);
    payload -= before;
    take_out((Free*)payload);
    size += before;
    before_used = BEFORE_USED; /* no two free blocks are neighbours */
  }
  *word(payload) = size | before_used;
  *((size_t*)(payload + size) - 2) = size;
  *word(payload + size) &= ~BEFORE_USED;
  insert((Free*)payload);
  return payload;
}

/* A free block of at least `size` bytes at the end of the heap. */
static void* grow(size_t size) {
  char* end = (char*)mem_heap_hi() + 1; /* behind the last size word */
  const size_t before_used = *word(end) & BEFORE_USED;
  if (!before_used) size -= *((size_t*)end - 2);
  if (size < CHUNK) size = CHUNK;
  if (mem_sbrk((intptr_t)size) == (void*)-1) return NULL;
  *word(end + size) = USED;
  return release(end, size, before_used);
}

int mm_init(void) {
  memset(lists, 0, sizeof(lists));
  char* begin = mem_sbrk(16);
  if (begin == (void*)-1) return -1;
  *word(begin + 16) = USED | BEFORE_USED;
  return 0;
}

static void* find(size_t size) {
  for (int list = list_of(size); list < LISTS; ++list) {
    for (Free* block = lists[list]; block != NULL; block = block->next) {
      if (size_of(block) >= size) return block;
    }
  }
  return grow(size);
}

static size_t block_size(size_t size) {
  const size_t wanted = (size + WORD + 15) & ~(size_t)15;
  return wanted < LEAST ? LEAST : wanted;
}

/* Uses `size` bytes of a block that is on no list; what is over becomes a free block. */
static void use(char* payload, size_t size) {
  const size_t all = size_of(payload);
  const size_t before_used = *word(payload) & BEFORE_USED;
  if (all - size < LEAST) {
    *word(payload) = all | USED | before_used;
    *word(payload + all) |= BEFORE_USED;
    return;
  }
  *word(payload) = size | USED | before_used;
  release(payload + size, all - size, BEFORE_USED);
}

void* mm_malloc(size_t size) {
  const size_t wanted = block_size(size);
  char* payload = find(wanted);
  if (payload == NULL) return NULL;
  take_out((Free*)payload);
  use(payload, wanted);
  return payload;
}

void mm_free(void* ptr) {
  if (ptr == NULL) return;
  release(ptr, size_of(ptr), *word(ptr) & BEFORE_USED);
}

void* mm_realloc(void* ptr, size_t size) {
  if (ptr == NULL) return mm_malloc(size);
  if (size == 0) return mm_free(ptr), NULL;
  const size_t wanted = block_size(size);
  const size_t old = size_of(ptr);
  if (wanted <= old) return ptr;
  char* next = behind(ptr);
  if (next == (char*)mem_heap_hi() + 1 && grow(wanted - old) == NULL) return NULL;
  if (!is_used(next) && old + size_of(next) >= wanted) {
    take_out((Free*)next);
    *word(ptr) += size_of(next);
    use(ptr, wanted);
    return ptr;
  }
  void* moved = mm_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, ptr, old - WORD);
  mm_free(ptr);
  return moved;
}
