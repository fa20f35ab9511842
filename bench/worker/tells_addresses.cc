// A library for tests that says where the system put what every process has, one line a start.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

namespace {

[[gnu::constructor]] void TellAddresses() {
  constexpr std::size_t kBytes = 4096;
  int on_stack = 0;
  void* mapped = mmap(nullptr, kBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  dprintf(STDOUT_FILENO, "stack %p mapping %p library %p\n", static_cast<void*>(&on_stack), mapped,
          reinterpret_cast<void*>(&TellAddresses));
  munmap(mapped, kBytes);
}

}  // namespace
