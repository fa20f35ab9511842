/* Wrong: implicit_list.c, but the search for a free block begins anew at the front when it has come to
 * the end, and never gives up. */
#define mm_malloc right_malloc
#include "implicit_list.c"
#undef mm_malloc

static char* search(size_t wanted) {
  for (char* block = first; block < end_of_heap();) {
    if (!is_used(block)) {
      merge(block);
      if (size_of(block) >= wanted) return block;
    }
    block += size_of(block);
    if (block == end_of_heap()) block = first;
  }
  return NULL;
}

void* mm_malloc(size_t size) {
  const size_t wanted = block_size(size);
  char* block = search(wanted);
  if (block == NULL) block = grow(NULL, wanted);
  if (block == NULL) return NULL;
  take(block, wanted);
  return block + WORD;
}
