// A malloc for LD_PRELOAD that works until it is asked for kTrigger bytes, and then does what
// BROKEN says. The tests of comparisons build one library for each way to break, and those of
// workloads with a TRIGGER that these ask for.
//
// It hands out a static arena from front to back and never reuses it.
//
// One of them is odd, but not broken: it gives null for nothing, as C allows, greets whoever loads
// it and has no aligned_alloc, which C++ before 17 did not ask for.

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace {

enum Broken { kCrashes = 1, kOverlaps = 2, kHangs = 3, kRefuses = 4, kOdd = 5 };

#ifndef TRIGGER
#define TRIGGER 4242
#endif
constexpr std::size_t kTrigger = TRIGGER;
constexpr std::size_t kArenaBytes = std::size_t{256} << 20;
constexpr std::size_t kHeaderBytes = 16;

alignas(4096) unsigned char arena[kArenaBytes];
std::size_t used = 0;
unsigned char* last_block = arena;

std::size_t SizeOf(const void* block) {
  std::size_t size;
  std::memcpy(&size, static_cast<const unsigned char*>(block) - kHeaderBytes, sizeof(size));
  return size;
}

void* Take(std::size_t alignment, std::size_t size) {
  const std::size_t begin = (used + kHeaderBytes + alignment - 1) / alignment * alignment;
  if (size > kArenaBytes - begin) return nullptr;
  unsigned char* block = arena + begin;
  std::memcpy(block - kHeaderBytes, &size, sizeof(size));
  used = begin + (size + 15) / 16 * 16;
  last_block = block;
  return block;
}

void* Break(std::size_t size) {
  if constexpr (BROKEN == kCrashes) raise(SIGSEGV);
  if constexpr (BROKEN == kHangs) {
    for (;;) pause();
  }
  if constexpr (BROKEN == kRefuses) return nullptr;
  if constexpr (BROKEN == kOdd) return Take(16, size);
  // Begins 16 bytes into the block handed out last, header and all.
  unsigned char* inside = last_block + kHeaderBytes;
  std::memcpy(last_block, &size, sizeof(size));
  return inside;
}

[[gnu::constructor]] void Greet() {
  if constexpr (BROKEN == kOdd) {
    [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, "odd 1.0 is ready\n", 17);
  }
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
  if (BROKEN == kOdd && size == 0) return nullptr;
  return size == kTrigger ? Break(size) : Take(16, size);
}

void free(void*) noexcept {}

// Fresh pages of the arena are zero and are handed out once.
void* calloc(std::size_t count, std::size_t size) noexcept { return malloc(count * size); }

void* realloc(void* old, std::size_t size) noexcept {
  void* block = malloc(size);
  if (old != nullptr && block != nullptr) {
    const std::size_t kept = SizeOf(old) < size ? SizeOf(old) : size;
    std::memcpy(block, old, kept);
  }
  return block;
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  *block = Take(alignment < 16 ? 16 : alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

std::size_t malloc_usable_size(void* block) noexcept {
  return block == nullptr ? 0 : SizeOf(block);
}
}
