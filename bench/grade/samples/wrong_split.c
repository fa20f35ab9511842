/* Wrong: implicit_list.c, but a block that is split keeps a word of what is cut off: the rest begins 16
 * bytes too early, in the payload of the block that is handed out. */
#define mm_malloc right_malloc
#include "implicit_list.c"
#undef mm_malloc

static void take_too_little(char* block, size_t wanted) {
  const size_t rest = size_of(block) - wanted;
  if (rest < LEAST) {
    set(block, size_of(block), USED);
  } else {
    set(block + wanted - 16, rest + 16, 0);
    set(block, wanted - 16, USED);
  }
}

void* mm_malloc(size_t size) {
  const size_t wanted = block_size(size);
  char* last = NULL;
  char* block = find(wanted, &last);
  if (block == NULL) block = grow(last, wanted);
  if (block == NULL) return NULL;
  take_too_little(block, wanted);
  return block + WORD;
}
