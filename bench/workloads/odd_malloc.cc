// glibc's malloc with one oddity, ODD, for tests of what workloads notice and count.

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t size) noexcept;
void __libc_free(void* block) noexcept;
void* __libc_realloc(void* old, std::size_t size) noexcept;
}

namespace {

enum Odd {
  kCounts = 1,     // calls and bytes, in a file that the test reads
  kMisaligns = 2,  // blocks of kTrigger bytes
  kForgets = 3,    // what a block held that is resized
  kRepeats = 4,    // a block of kTrigger bytes that is live
  kLeaves = 5,     // ends the process as if all were well, for kTrigger bytes
  kDawdles = 6,    // in every call of malloc
  kCaches = 7,     // in 300 KiB that each thread has
  kHoards = 8,     // in 16 MiB
  kHides = 9,      // from the environment of what it is preloaded into
};

constexpr std::size_t kTrigger = 777;

// Static TLS, as that of every library that is there from the start: a part of each thread's stack.
constexpr std::size_t kCacheBytes = ODD == kCaches   ? std::size_t{300} << 10
                                    : ODD == kHoards ? std::size_t{16} << 20
                                                     : 1;
thread_local volatile char cache[kCacheBytes];

struct Counts {
  std::atomic<std::uint64_t> calls;
  std::atomic<std::uint64_t> bytes;
};
Counts* counts = nullptr;

[[gnu::constructor]] void Hide() {
  if (ODD == kHides) unsetenv("LD_PRELOAD");
}

[[gnu::constructor]] void MapCounts() {
  const char* descriptor = std::getenv("ALLOCLAB_COUNTS_FD");
  if (descriptor == nullptr) return;
  void* mapped =
      mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, std::atoi(descriptor), 0);
  if (mapped != MAP_FAILED) counts = static_cast<Counts*>(mapped);
}

void Count(std::size_t bytes) {
  if (counts == nullptr) return;
  ++counts->calls;
  counts->bytes += bytes;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
  Count(size);
  if (ODD == kMisaligns && size == kTrigger) {
    return static_cast<char*>(__libc_malloc(size + 8)) + 8;
  }
  if (ODD == kRepeats && size == kTrigger) {
    static void* const only = __libc_malloc(size);
    return only;
  }
  if (ODD == kCaches || ODD == kHoards) cache[size % kCacheBytes] = 1;
  if (ODD == kLeaves && size == kTrigger) _exit(0);
  if (ODD == kDawdles) {
    for (int i = 0; i < 30000; ++i) asm volatile("");
  }
  return __libc_malloc(size);
}

void free(void* block) noexcept {
  if (block != nullptr) Count(0);
  __libc_free(block);
}

void* realloc(void* old, std::size_t size) noexcept {
  Count(size);
  void* block = __libc_realloc(old, size);
  if (ODD == kForgets && old != nullptr && block != nullptr) std::memset(block, 0, size);
  return block;
}
}
