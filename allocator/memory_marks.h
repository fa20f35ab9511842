// What the tools that watch a program's accesses are told about memory: AddressSanitizer, where the
// program is built with it, and Valgrind's memcheck, where it runs under that and its header was
// there to compile with. Otherwise nothing is done.

#ifndef ALLOCLAB_ALLOCATOR_MEMORY_MARKS_H_
#define ALLOCLAB_ALLOCATOR_MEMORY_MARKS_H_

#include <cstddef>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define ALLOCLAB_TELLS_VALGRIND 1
#else
#define ALLOCLAB_TELLS_VALGRIND 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define ALLOCLAB_TELLS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCLAB_TELLS_ASAN 1
#endif
#endif
#ifndef ALLOCLAB_TELLS_ASAN
#define ALLOCLAB_TELLS_ASAN 0
#endif
#if ALLOCLAB_TELLS_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace alloclab {

// Nobody may read or write these bytes. ASan keeps its books in granules of 8 bytes: where `bytes`
// ends inside of one, the rest of it is left as it was.
inline void MarkForbidden([[maybe_unused]] const void* begin,
                          [[maybe_unused]] std::size_t bytes) noexcept {
#if ALLOCLAB_TELLS_ASAN
  __asan_poison_memory_region(begin, bytes);
#endif
#if ALLOCLAB_TELLS_VALGRIND
  (void)VALGRIND_MAKE_MEM_NOACCESS(begin, bytes);
#endif
}

// They may be used again, and what is in them is what was written last.
inline void MarkUsable([[maybe_unused]] const void* begin,
                       [[maybe_unused]] std::size_t bytes) noexcept {
#if ALLOCLAB_TELLS_ASAN
  __asan_unpoison_memory_region(begin, bytes);
#endif
#if ALLOCLAB_TELLS_VALGRIND
  (void)VALGRIND_MAKE_MEM_DEFINED(begin, bytes);
#endif
}

// A block of the program begins, whose bytes mean nothing yet; its end. Memcheck tells an address
// in it or near it by where that happened, and a block that nobody knows at exit is a leak.
// `red_zone`: how many bytes on either side are forbidden.
inline void MarkAllocated([[maybe_unused]] const void* block, [[maybe_unused]] std::size_t bytes,
                          [[maybe_unused]] std::size_t red_zone) noexcept {
#if ALLOCLAB_TELLS_ASAN
  __asan_unpoison_memory_region(block, bytes);
#endif
#if ALLOCLAB_TELLS_VALGRIND
  VALGRIND_MALLOCLIKE_BLOCK(block, bytes, red_zone, 0);
#endif
}
inline void MarkFreed([[maybe_unused]] const void* block, [[maybe_unused]] std::size_t bytes,
                      [[maybe_unused]] std::size_t red_zone) noexcept {
#if ALLOCLAB_TELLS_ASAN
  __asan_poison_memory_region(block, bytes);
#endif
#if ALLOCLAB_TELLS_VALGRIND
  VALGRIND_FREELIKE_BLOCK(block, red_zone);
#endif
}
inline void MarkResized([[maybe_unused]] const void* block, [[maybe_unused]] std::size_t before,
                        [[maybe_unused]] std::size_t bytes,
                        [[maybe_unused]] std::size_t red_zone) noexcept {
#if ALLOCLAB_TELLS_ASAN
  __asan_unpoison_memory_region(block, bytes);
#endif
#if ALLOCLAB_TELLS_VALGRIND
  // To memcheck a resize to nothing is a mistake.
  if (bytes != 0 && before != 0) {
    VALGRIND_RESIZEINPLACE_BLOCK(block, before, bytes, red_zone);
  } else {
    VALGRIND_FREELIKE_BLOCK(block, red_zone);
    VALGRIND_MALLOCLIKE_BLOCK(block, bytes, red_zone, 0);
  }
#endif
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_MEMORY_MARKS_H_
