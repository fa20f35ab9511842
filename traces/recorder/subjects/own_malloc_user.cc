// A plain C-like program, for linking with an allocator of its own, or statically.

#include <cstdlib>

int main() {
  void* block = std::malloc(1212);
  asm volatile("" : "+r"(block) : : "memory");
  block = std::realloc(block, 2424);
  asm volatile("" : "+r"(block) : : "memory");
  std::free(block);
  return 0;
}
