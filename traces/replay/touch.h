// What the replayed program does with a block it was given: which bytes it writes.
//
// A replay that writes nothing favours allocators that win by not touching memory, because the
// cache misses they put off are never paid. What is usual is `page`: the first byte, the last, and
// one in each 4096 between. It faults in the pages that writing every byte would, and moves the
// lines at both ends, where allocators keep what they know of a block and of its neighbour; of most
// blocks of real programs, below 66 bytes, those are all lines. Writing the lines between is the
// program's work and the larger part of the time where blocks are large (half of glibc's on the
// corpus's git): it hides differences. `line` is there for who asks what cold blocks cost a program
// that fills them.

#ifndef ALLOCLAB_TRACES_REPLAY_TOUCH_H_
#define ALLOCLAB_TRACES_REPLAY_TOUCH_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

namespace alloclab {

enum class Touch : std::uint8_t {
  kNone,
  kFirst,  // the first byte
  kPage,   // one byte in each 4096-byte page, the first and the last
  kLine,   // one byte in each 64-byte line, the first and the last
  kByte,   // every byte
};

inline constexpr Touch kUsualTouch = Touch::kPage;

inline constexpr std::size_t kTouchLineBytes = 64;
inline constexpr std::size_t kTouchPageBytes = 4096;

// From one byte that is written to the next, in a block that is large enough.
inline constexpr std::size_t TouchStrideBytes(Touch touch) {
  switch (touch) {
    case Touch::kNone:
    case Touch::kFirst:
      break;
    case Touch::kPage:
      return kTouchPageBytes;
    case Touch::kLine:
      return kTouchLineBytes;
    case Touch::kByte:
      return 1;
  }
  return std::numeric_limits<std::size_t>::max();
}

// Writes the first byte of the block, its last, and one in every `stride` between: blocks need not
// begin on a line or a page, so the last one may hold nothing but the tail. The two ends are
// written without asking for the size, which is hard to predict; most blocks have no more than
// these.
inline void TouchEvery(volatile std::byte* block, std::size_t bytes, std::size_t stride) {
  const std::byte mark{static_cast<unsigned char>(bytes)};
  const std::size_t last = bytes - 1;
  block[0] = mark;
  block[last] = mark;
  for (std::size_t at = stride; at < last; at += stride) block[at] = mark;
}

// Writes to the `bytes` requested bytes at `pointer` (never past them; a block of 0 bytes is left
// alone) as kTouch says. The stores are volatile, so the compiler keeps every one.
template <Touch kTouch>
inline void TouchBlock(void* pointer, std::size_t bytes) {
  if constexpr (kTouch != Touch::kNone) {
    if (bytes == 0) [[unlikely]]
      return;
    auto* block = static_cast<volatile std::byte*>(pointer);
    if constexpr (kTouch == Touch::kFirst) {
      block[0] = std::byte{static_cast<unsigned char>(bytes)};
    } else {
      TouchEvery(block, bytes, TouchStrideBytes(kTouch));
    }
  }
}

inline constexpr std::string_view kTouchNames[] = {"none", "first", "page", "line", "byte"};

inline constexpr std::string_view TouchName(Touch touch) {
  return kTouchNames[static_cast<std::size_t>(touch)];
}

inline constexpr std::optional<Touch> TouchFromName(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kTouchNames); ++i) {
    if (kTouchNames[i] == name) return static_cast<Touch>(i);
  }
  return std::nullopt;
}

// Calls run.template operator()<kTouch>() for the policy chosen at run time, and returns what it
// returns: the one place where the policy is looked at.
template <class Run>
auto VisitTouch(Touch touch, Run&& run) {
  switch (touch) {
    case Touch::kNone:
      return run.template operator()<Touch::kNone>();
    case Touch::kFirst:
      return run.template operator()<Touch::kFirst>();
    case Touch::kPage:
      return run.template operator()<Touch::kPage>();
    case Touch::kByte:
      return run.template operator()<Touch::kByte>();
    case Touch::kLine:
      break;
  }
  return run.template operator()<Touch::kLine>();
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_TOUCH_H_
