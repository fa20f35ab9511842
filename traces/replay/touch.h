// What the replayed program does with a block it was given: which bytes it writes.
//
// A replay that writes nothing favours allocators that win by not touching memory, because the
// cache misses they put off are never paid. The default is `line`: one byte in each 64-byte line
// the block covers. It moves exactly the cache lines, and faults in exactly the pages, that
// writing every byte would; the further stores into a line that has already arrived cost the same
// under every allocator, so they would only raise the floor and hide differences.

#ifndef ALLOCLAB_TRACES_REPLAY_TOUCH_H_
#define ALLOCLAB_TRACES_REPLAY_TOUCH_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace alloclab {

enum class Touch : std::uint8_t {
  kNone,
  kFirst,  // the first byte
  kPage,   // one byte in each 4096-byte page
  kLine,   // one byte in each 64-byte line
  kByte,   // every byte
};

inline constexpr std::size_t kTouchLineBytes = 64;
inline constexpr std::size_t kTouchPageBytes = 4096;

// Writes one byte in every `stride` bytes of the block, and its last byte: blocks need not begin
// on a line, so the last one may hold nothing but the tail.
inline void TouchEvery(volatile std::byte* block, std::size_t bytes, std::size_t stride) {
  const std::byte mark{static_cast<unsigned char>(bytes)};
  for (std::size_t at = 0; at < bytes; at += stride) block[at] = mark;
  block[bytes - 1] = mark;
}

// The sizes of real programs are hard to predict but mostly below 66 bytes, which lie on two lines
// at most: those of the first and the last byte. So these are written without asking.
inline void TouchEveryLine(volatile std::byte* block, std::size_t bytes) {
  const std::byte mark{static_cast<unsigned char>(bytes)};
  const std::size_t last = bytes - 1;
  block[0] = mark;
  block[last] = mark;
  for (std::size_t at = kTouchLineBytes; at < last; at += kTouchLineBytes) block[at] = mark;
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
    } else if constexpr (kTouch == Touch::kPage) {
      TouchEvery(block, bytes, kTouchPageBytes);
    } else if constexpr (kTouch == Touch::kLine) {
      TouchEveryLine(block, bytes);
    } else {
      TouchEvery(block, bytes, 1);
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
