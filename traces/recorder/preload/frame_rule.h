// How to get from a function's frame to its caller's, as the compiler wrote it down for exceptions:
// the call frame information in .eh_frame (DWARF 5, 6.4; the Linux Standard Base's .eh_frame_hdr).
//
// Only what x86-64 code is made of is understood: a frame whose end (the canonical frame address,
// CFA) is a distance from rsp or rbp, or lies in a word at a distance from rbp; the return address
// just below it. Reads the tables of code that is running, takes no lock and no memory.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_FRAME_RULE_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_FRAME_RULE_H_

#include <cstddef>
#include <cstdint>

namespace alloclab::recorder {

struct FrameRule {
  enum class Cfa : std::uint8_t {
    kUnknown,  // the stack is followed no further
    kFromRsp,  // rsp + cfa_offset
    kFromRbp,  // rbp + cfa_offset
    kInWord,   // the word at rbp + cfa_offset
  };
  Cfa cfa = Cfa::kUnknown;
  bool saves_rbp = false;       // the caller's rbp is at CFA + rbp_offset; else rbp holds it
  std::int32_t cfa_offset = 0;  // bytes
  std::int32_t rbp_offset = 0;  // bytes

  friend bool operator==(const FrameRule&, const FrameRule&) = default;
};

// The rule at `address` in an object whose .eh_frame_hdr is `header`. O(log functions).
FrameRule FindFrameRule(const std::byte* header, std::uintptr_t address);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_FRAME_RULE_H_
