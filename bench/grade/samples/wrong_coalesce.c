/* Wrong: implicit_list.c, but free merges with what lies behind without asking whether that is the
 * end of the heap: freeing the last block reads where nothing is. */
#define mm_free right_free
#include "implicit_list.c"
#undef mm_free

void mm_free(void* ptr) {
  if (ptr == NULL) return;
  char* block = (char*)ptr - WORD;
  char* next = block + size_of(block);
  while (!is_used(next)) next += size_of(next) + LEAST;
  set(block, (size_t)(next - block), 0);
}
