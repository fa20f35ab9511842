// counted N: N calls of malloc for 5000 bytes, all live at once, of which all but every tenth are
// freed. What the C library allocates around it is the same for every N.
// counted report: asks for malloc_stats.

#include <malloc.h>

#include <cstdlib>
#include <cstring>

namespace {
void* blocks[1000];
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (std::strcmp(argv[1], "report") == 0) {
    malloc_stats();
    return 0;
  }
  const int count = std::atoi(argv[1]);
  if (count < 0 || count > 1000) return 2;
  for (int i = 0; i < count; ++i) {
    blocks[i] = std::malloc(5000);
    if (blocks[i] == nullptr) return 1;
    std::memset(blocks[i], 1, 5000);
  }
  for (int i = 0; i < count; ++i) {
    if (i % 10 != 0) std::free(blocks[i]);
  }
  return 0;
}
