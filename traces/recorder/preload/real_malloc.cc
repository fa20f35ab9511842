#include "traces/recorder/preload/real_malloc.h"

#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace alloclab::recorder {

RealMalloc real_malloc;
alignas(16) std::byte boot_arena[kBootArenaBytes];

namespace {

enum : int { kUnknown, kResolving, kKnown };
std::atomic<int> state{kUnknown};
std::atomic<std::size_t> boot_bytes{0};

void Say(const char* text) {
  // Nothing is left to be done when standard error cannot be written to.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
}

template <class Function>
void Resolve(Function*& function, const char* name) {
  function = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  if (function != nullptr) return;
  Say("alloclab record: no library of this program defines ");
  Say(name);
  Say("; recording needs a C library that does\n");
  std::abort();
}

}  // namespace

bool ResolveRealMalloc() {
  if (state.load(std::memory_order_acquire) == kKnown) [[likely]]
    return true;
  int expected = kUnknown;
  // Only the first call of a process comes here, before it has a second thread.
  if (!state.compare_exchange_strong(expected, kResolving)) return false;
  Resolve(real_malloc.malloc, "malloc");
  Resolve(real_malloc.free, "free");
  Resolve(real_malloc.calloc, "calloc");
  Resolve(real_malloc.realloc, "realloc");
  Resolve(real_malloc.reallocarray, "reallocarray");
  Resolve(real_malloc.memalign, "memalign");
  Resolve(real_malloc.aligned_alloc, "aligned_alloc");
  Resolve(real_malloc.posix_memalign, "posix_memalign");
  Resolve(real_malloc.valloc, "valloc");
  Resolve(real_malloc.pvalloc, "pvalloc");
  state.store(kKnown, std::memory_order_release);
  return true;
}

// Each block is preceded by its size in bytes.
void* BootAllocate(std::size_t bytes, std::size_t alignment) {
  if (alignment < 16) alignment = 16;
  const std::size_t used = boot_bytes.load(std::memory_order_relaxed);
  const std::uintptr_t base = reinterpret_cast<std::uintptr_t>(boot_arena);
  const std::size_t begin =
      ((base + used + sizeof(std::size_t) + alignment - 1) & ~(alignment - 1)) - base;
  if (begin > kBootArenaBytes || bytes > kBootArenaBytes - begin) {
    errno = ENOMEM;
    return nullptr;
  }
  std::memcpy(boot_arena + begin - sizeof(bytes), &bytes, sizeof(bytes));
  boot_bytes.store(begin + bytes, std::memory_order_relaxed);
  return boot_arena + begin;
}

std::size_t BootBlockBytes(const void* block) {
  std::size_t bytes = 0;
  std::memcpy(&bytes, static_cast<const std::byte*>(block) - sizeof(bytes), sizeof(bytes));
  return bytes;
}

}  // namespace alloclab::recorder
