// H, the bytes an allocator holds from the system, by the best means each kind of allocator has.
// A source whose answer is dear is sampled; one that is exact is asked at every event.

#ifndef ALLOCLAB_TRACES_REPLAY_HELD_H_
#define ALLOCLAB_TRACES_REPLAY_HELD_H_

#include <malloc.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "allocator/pages/page_source.h"
#include "traces/replay/resident.h"

namespace alloclab {

enum class HeldIs : std::uint8_t { kPages, kMallinfo2, kResident };

inline constexpr std::string_view HeldName(HeldIs held) {
  switch (held) {
    case HeldIs::kPages:
      return "pages";
    case HeldIs::kMallinfo2:
      return "mallinfo2";
    case HeldIs::kResident:
      break;
  }
  return "resident";
}

// Now() is H in bytes at this moment and Peak() its largest value as far as the source knows.
// kExact: whether Now() is cheap enough to be asked at every event.
template <class H>
concept HeldSource = requires(const H& held) {
  { held.Now() } -> std::same_as<std::uint64_t>;
  { held.Peak() } -> std::same_as<std::uint64_t>;
  { H::kIs } -> std::convertible_to<HeldIs>;
  { H::kExact } -> std::convertible_to<bool>;
};

// Our own variants: the page source counts.
template <PageSource Pages>
class PagesHeld {
 public:
  static constexpr HeldIs kIs = HeldIs::kPages;
  static constexpr bool kExact = true;

  explicit PagesHeld(const Pages& pages) : pages_(pages) {}
  std::uint64_t Now() const { return pages_.BytesHeld(); }
  std::uint64_t Peak() const { return pages_.BytesPeak(); }

 private:
  const Pages& pages_;
};

// glibc in this process: its arenas and its own mappings, but for what was in use at the start. What
// was free then goes back first, for whoever comes before the program had it; what stays serves the
// program like everything that comes later, and is held for it.
class Mallinfo2Held {
 public:
  static constexpr HeldIs kIs = HeldIs::kMallinfo2;
  static constexpr bool kExact = false;

  Mallinfo2Held() {
    malloc_trim(0);
    start_ = InUse();
  }

  std::uint64_t Now() const {
    const struct mallinfo2 info = mallinfo2();
    const std::uint64_t now = std::uint64_t{info.arena} + std::uint64_t{info.hblkhd};
    return now > start_ ? now - start_ : 0;
  }
  std::uint64_t Peak() const { return Now(); }

 private:
  static std::uint64_t InUse() {
    const struct mallinfo2 info = mallinfo2();
    return std::uint64_t{info.uordblks} + std::uint64_t{info.hblkhd};
  }
  std::uint64_t start_ = 0;
};

// Any library: the anonymous memory this process has gained since the start.
class ResidentHeld {
 public:
  static constexpr HeldIs kIs = HeldIs::kResident;
  static constexpr bool kExact = false;

  std::uint64_t Now() const {
    const std::uint64_t now = probe_.Bytes();
    return now > start_ ? now - start_ : 0;
  }
  std::uint64_t Peak() const { return Now(); }

 private:
  ResidentProbe probe_;
  std::uint64_t start_ = probe_.Bytes();
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_HELD_H_
