// The allocator underneath the recorder: the next definition of every allocation function after
// this library's own, whichever library it comes from.
//
// Asking dlsym for them may itself allocate. Until the answers are there, requests are served from
// a boot arena: a static buffer that only grows. Its blocks are known by their address, for ever
// after: freeing one does nothing, and resizing one copies it out.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_REAL_MALLOC_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_REAL_MALLOC_H_

#include <cstddef>
#include <cstdint>

namespace alloclab::recorder {

struct RealMalloc {
  void* (*malloc)(std::size_t);
  void (*free)(void*);
  void* (*calloc)(std::size_t, std::size_t);
  void* (*realloc)(void*, std::size_t);
  void* (*reallocarray)(void*, std::size_t, std::size_t);
  void* (*memalign)(std::size_t, std::size_t);
  void* (*aligned_alloc)(std::size_t, std::size_t);
  int (*posix_memalign)(void**, std::size_t, std::size_t);
  void* (*valloc)(std::size_t);
  void* (*pvalloc)(std::size_t);
};

// Filled in by ResolveRealMalloc, constant afterwards.
extern RealMalloc real_malloc;

// True when real_malloc may be used; false while it is being looked up, by a call from inside
// dlsym. Ends the program with a sentence when the C library lacks one of the functions.
bool ResolveRealMalloc();

inline constexpr std::size_t kBootArenaBytes = std::size_t{64} << 10;
extern std::byte boot_arena[kBootArenaBytes];

inline bool IsBootBlock(const void* block) {
  return reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(boot_arena) <
         kBootArenaBytes;
}

// A zeroed block of `bytes` bytes, aligned to `alignment` (a power of two), or null with errno set.
void* BootAllocate(std::size_t bytes, std::size_t alignment);

// The bytes asked for when `block` was taken from the boot arena.
std::size_t BootBlockBytes(const void* block);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_REAL_MALLOC_H_
