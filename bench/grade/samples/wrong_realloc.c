/* Wrong: implicit_list.c, but realloc copies only half of the old block. */
#define mm_realloc right_realloc
#include "implicit_list.c"
#undef mm_realloc

void* mm_realloc(void* ptr, size_t size) {
  const size_t old = size_of((char*)ptr - WORD) - WORD;
  if (size <= old) return ptr;
  void* moved = mm_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, ptr, old / 2);
  mm_free(ptr);
  return moved;
}
