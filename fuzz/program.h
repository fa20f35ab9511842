// A fuzz program: what any bytes mean as calls on an allocator.
//
// Decoding is total (every input is a program), stable (the same bytes mean the same calls for
// every variant, build and machine: nothing is asked of the allocator) and versioned. The calls are
// events of a trace, so a case prints as text that a person reads, edits and replays.
//
//   byte 0       the arena: its size by the low four bits, mostly a few KiB, so that it runs full;
//                less 16 bytes for each of the high four; 255 is 1 MiB
//   operations   four bytes each (operation.h); the last may be cut, and goes on with zeros
//
// A call that no allocator can grant over this arena is marked failed: it makes no allocation.
// Three operations a fuzzer of allocators usually has are missing: asking for the usable size,
// writing to a block and checking the heap. The replay does all three after every call.

#ifndef ALLOCLAB_FUZZ_PROGRAM_H_
#define ALLOCLAB_FUZZ_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traces/event.h"

namespace alloclab {

// Counted up whenever the same bytes come to mean something else: stored inputs are worthless then.
inline constexpr int kProgramVersion = 2;
inline constexpr std::size_t kMaxEvents = 1024;
inline constexpr std::size_t kMaxArenaBytes = std::size_t{1} << 20;

struct FuzzProgram {
  std::size_t arena_bytes = 0;
  std::vector<Event> events;  // at most kMaxEvents; ids and refs filled in
};

// O(bytes), at most O(kMaxEvents).
FuzzProgram DecodeFuzzProgram(std::span<const std::uint8_t> input);

// The program as trace text for `tools/alloclab replay --check`. `verdict` is kept in the metadata
// when not empty.
std::string TraceText(const FuzzProgram& program, std::string_view allocator,
                      std::string_view verdict);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PROGRAM_H_
