// The heap of the solution: one stretch of address space whose first part is handed out by
// mem_sbrk (lab/memlib.h), which this file's other half defines for the loaded solution.
//
//     | heap: [begin, end) |  rest of the page  |  no access ...  |
//                            zero, and watched
//
// It lies at the same address in every process, where that is free, so that a solution takes the
// same decisions in each run. A page is opened when the heap reaches it: what is written or read
// behind is a crash with an address, and what is written on the page itself is seen by
// StrayWrite(). There is one heap in a process, for the functions of a lab take no argument.

#ifndef ALLOCLAB_BENCH_GRADE_LAB_ARENA_H_
#define ALLOCLAB_BENCH_GRADE_LAB_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <optional>

namespace alloclab::grade {

class LabArena {
 public:
  // `bytes` of address space. Where it is `watched`, pages are opened one by one and fresh
  // memory holds kFreshByte; else all of it is open, and mem_sbrk makes no system call. False when
  // there is none.
  static bool Make(std::size_t bytes, bool watched);

  static std::byte* begin();
  static std::byte* end();
  // The largest size that the heap has had, in bytes.
  static std::size_t bytes_peak();
  // Whether [p, p + n) lies in the heap.
  static bool Holds(const void* p, std::size_t n);
  // How many bytes behind the heap's end (0: the next one) something was written first, counted
  // from the end that the heap had when it was seen; nothing while that was not. O(page), behind
  // mem_reset_brk O(largest heap so far); watched arenas only.
  static std::optional<std::size_t> StrayWrite();
};

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAB_ARENA_H_
