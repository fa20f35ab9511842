/* Wrong: implicit_list.c, but when the heap must grow it grows by a page, however much was asked
 * for. */
#define mm_malloc right_malloc
#include "implicit_list.c"
#undef mm_malloc

static char* grow_by_a_page(char* last) {
  const int extends = last != NULL && !is_used(last);
  char* grown = mem_sbrk(4096);
  if (grown == (void*)-1) return NULL;
  char* block = extends ? last : grown;
  set(block, extends ? size_of(last) + 4096 : 4096, 0);
  return block;
}

void* mm_malloc(size_t size) {
  const size_t wanted = block_size(size);
  char* last = NULL;
  char* block = find(wanted, &last);
  if (block == NULL) block = grow_by_a_page(last);
  if (block == NULL) return NULL;
  take(block, wanted);
  return block + WORD;
}
