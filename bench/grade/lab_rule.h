// What a solution can be found to do wrong on a trace.

#ifndef ALLOCLAB_BENCH_GRADE_LAB_RULE_H_
#define ALLOCLAB_BENCH_GRADE_LAB_RULE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace alloclab::grade {

enum class LabRule : std::uint32_t {
  kNone,       // nothing
  kInit,       // mm_init says that it failed
  kHeap,       // a block lies outside of the heap, or something was written behind its end
  kAlignment,  // a block is not aligned
  kOverlap,    // two live blocks share a byte
  kContents,   // the bytes of a live block were changed
  kRealloc,    // realloc did not keep the bytes
  kZeroed,     // calloc's bytes are not zero
  kRefused,    // a call gave null
  kCrash,      // a signal ended the process
  kTimeOut,    // it did not come to its end in time
  kExit,       // it ended the process itself
  kElsewhere,  // it took memory elsewhere than from mem_sbrk
  kHarness,    // it destroyed what the grader keeps in the same process
};

inline constexpr std::array<std::string_view, 14> kLabRuleNames = {
    "none",   "init",    "heap",  "alignment", "overlap", "contents",  "realloc",
    "zeroed", "refused", "crash", "time-out",  "exit",    "elsewhere", "harness"};

inline constexpr std::string_view LabRuleName(LabRule rule) {
  const auto number = static_cast<std::size_t>(rule);
  return number < kLabRuleNames.size() ? kLabRuleNames[number] : "unknown";
}

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAB_RULE_H_
