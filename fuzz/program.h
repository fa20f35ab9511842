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
inline constexpr int kProgramVersion = 3;
inline constexpr std::size_t kMaxEvents = 1024;
inline constexpr std::size_t kMaxArenaBytes = std::size_t{1} << 20;

struct FuzzProgram {
  std::size_t arena_bytes = 0;
  std::vector<Event> events;  // at most kMaxEvents; ids and refs filled in
};

// O(bytes), at most O(kMaxEvents).
FuzzProgram DecodeFuzzProgram(std::span<const std::uint8_t> input);

// The same bytes as a program of blocks up to many GiB over kLargeArenaBytes, less the same as
// above: multiples of 16 are of 1 MiB, powers of two are 2^11 times as large, and shares are of
// this arena. Nothing above kMostCopied is resized or zeroed, which would touch it.
inline constexpr std::size_t kLargeArenaBytes = std::size_t{1} << 36;
inline constexpr std::size_t kMostCopied = std::size_t{1} << 20;
FuzzProgram DecodeLargeProgram(std::span<const std::uint8_t> input);

// The program, but that the page source refuses `count` requests (at most 255) after the first
// `after`.
FuzzProgram WithRefusals(FuzzProgram program, std::uint64_t count, std::uint64_t after);

// The program as trace text for `tools/alloclab replay --check`. `verdict` is kept in the metadata
// when not empty.
std::string TraceText(const FuzzProgram& program, std::string_view allocator,
                      std::string_view verdict);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PROGRAM_H_
