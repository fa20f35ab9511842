// A misuse case: a fuzz program, and one thing in it that no program may do with a heap.
//
//   byte 0        the arena, as in program.h
//   bytes 1 to 4  the misuse:
//     byte 1      what: kind = byte % 5, call = byte / 5 % 3
//     byte 2      when: after that share of the program's events, in 255ths
//     byte 3      with which block, of those that will do; how large a resize is
//     byte 4      how far into it; what foreign address
//   the rest      operations, as in program.h
//
// Decoding is total, stable and versioned like that of programs. A misuse has the place and length
// of an operation, so the mutator of programs (fuzz/mutator.h) is that of cases too.

#ifndef ALLOCLAB_FUZZ_MISUSE_MISUSE_H_
#define ALLOCLAB_FUZZ_MISUSE_MISUSE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/program.h"

namespace alloclab {

// Counted up whenever the same bytes come to mean something else.
inline constexpr int kMisuseVersion = 1;

// The first three hand the heap an address at which no live block begins (rule C20); of the others
// it hears nothing.
enum class MisuseKind : std::uint8_t {
  kFreed,           // of a block that was freed: through free, a double free
  kInterior,        // inside of a live block
  kForeign,         // of no block at all
  kOverflow,        // the byte behind a live block is changed
  kWriteAfterFree,  // eight bytes of a block that was freed are changed
};
inline constexpr std::size_t kMisuseKinds = 5;

enum class MisuseCall : std::uint8_t { kFree, kResize, kMeasure };
inline constexpr std::size_t kMisuseCalls = 3;

struct Misuse {
  MisuseKind kind = MisuseKind::kFreed;
  MisuseCall call = MisuseCall::kFree;
  std::uint8_t when = 0;
  std::uint8_t which = 0;
  std::uint8_t where = 0;

  bool hands_over_an_address() const { return kind <= MisuseKind::kForeign; }
  // What a resize asks for: mostly little, now and then more than anybody may have.
  std::size_t resize_bytes() const;
  bool operator==(const Misuse&) const = default;
};

struct MisuseCase {
  FuzzProgram program;
  Misuse misuse;

  // How many events come before the misuse.
  std::size_t before() const { return program.events.size() * misuse.when / 255; }
};

// O(bytes), at most O(kMaxEvents).
MisuseCase DecodeMisuseCase(std::span<const std::uint8_t> input);

// "double free", "interior free", ...: what the kind is called where the call is free.
std::string_view MisuseName(MisuseKind kind);

// A sentence: "after event 12, free is called with an address inside of a live block".
std::string MisuseText(const MisuseCase& misuse_case);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MISUSE_MISUSE_H_
