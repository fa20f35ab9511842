// CheckedPages: the page source of a checked replay, a prefix of its arena. It does, by order
// (page_orders.h), what a source may do and a heap must live with, and watches the memory that it
// has not handed out: fresh memory is full of kDirt, and so is what came back, so a heap that
// writes there is seen.

#ifndef ALLOCLAB_TRACES_CHECKED_CHECKED_PAGES_H_
#define ALLOCLAB_TRACES_CHECKED_CHECKED_PAGES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/failing_pages.h"
#include "traces/checked/arena.h"
#include "traces/checked/page_orders.h"

namespace alloclab {

class CheckedPages {
 public:
  static constexpr std::size_t kGranuleBytes = BufferPages::kGranuleBytes;
  static constexpr std::size_t kRetainBytes = BufferPages::kRetainBytes;

  // Of the first bytes of fresh memory, and of those behind all that is handed out, so many are
  // watched: what a header or a tag takes, with room to spare.
  static constexpr std::size_t kWatchedBytes = 64;

  // `arena` is as Reset left it.
  explicit CheckedPages(const Arena& arena) noexcept
      : arena_(arena.bytes()), dirty_bytes_(arena.dirty_bytes()), inner_(arena_) {}

  void Obey(std::uint64_t order) noexcept {
    const std::uint64_t operand = order % page_orders::kKinds;
    switch (order - operand) {
      case 0:
        return inner_.Refuse(operand / 256, operand % 256);
      case page_orders::kUnit:
        unit_bytes_ = operand == 0 ? kGranuleBytes : 16 * static_cast<std::size_t>(operand);
        return;
      case page_orders::kKeep:
        releases_refused_ = operand;
        return;
      case page_orders::kAnywhere:
        if (operand <= 1) anywhere_ = operand == 1;
        return;
      default:
        return;
    }
  }

  Span Acquire(std::size_t n) noexcept {
    Span span = inner_.Acquire(Wanted(n));
    span.bytes = Fit(span, n);
    Watch(span);
    return span;
  }

  std::size_t Extend(const std::byte* end, std::size_t n) noexcept {
    Span span{Top(), inner_.Extend(end, Wanted(n))};
    span.bytes = Fit(span, n);
    Watch(span);
    return span.bytes;
  }

  bool Release(Span span) noexcept {
    if (!IsHandedOut(span)) {
      // Nothing that was handed out. Taken for a stray write at its beginning.
      if (stray_ == nullptr) stray_ = span.begin;
      return false;
    }
    const bool undone = span.end() == fresh_.end() && span.begin >= fresh_.begin;
    fresh_ = {};
    if (releases_refused_ > 0 && !undone) {
      --releases_refused_;
      kept_ = true;
      return false;
    }
    if (!TakeBack(span)) return false;
    std::memset(span.begin, Arena::kDirt, DirtyBytes(span.begin, span.bytes));
    return true;
  }

  std::size_t BytesHeld() const noexcept { return inner_.BytesHeld() - hole_bytes_; }
  // Of what lies below the end, holes included.
  std::size_t BytesPeak() const noexcept { return inner_.BytesPeak(); }

  // Requests so far, and how many of them it refused by order.
  std::uint64_t requests() const noexcept { return inner_.requests(); }
  std::uint64_t refused() const noexcept { return inner_.refused(); }
  // Whether it ever refused to take a span back: the heap cannot be without memory then.
  bool kept() const noexcept { return kept_; }

  // A byte that was not handed out and has been changed or given back, or null. O(kWatchedBytes),
  // and that for each hole.
  const std::byte* FirstStrayWrite() const noexcept {
    if (stray_ != nullptr) return stray_;
    for (const Span& hole : Holes()) {
      const std::size_t watched = std::min(hole.bytes, kWatchedBytes);
      for (const std::byte* begin : {hole.begin, hole.end() - watched}) {
        if (const auto* stray = FirstChange(begin, DirtyBytes(begin, watched))) return stray;
      }
    }
    const auto rest = static_cast<std::size_t>(arena_.data() + arena_.size() - Top());
    return FirstChange(Top(), DirtyBytes(Top(), std::min(rest, kWatchedBytes)));
  }

 private:
  static constexpr std::size_t kMostHoles = 64;

  std::byte* Top() const noexcept { return arena_.data() + inner_.BytesHeld(); }
  std::span<const Span> Holes() const noexcept { return {holes_.data(), hole_count_}; }

  // Whether all of a span was handed out and has not come back.
  bool IsHandedOut(const Span& span) const noexcept {
    const auto before = static_cast<std::size_t>(span.begin - arena_.data());
    const std::size_t extent = inner_.BytesHeld();
    if (before > extent || span.bytes > extent - before) return false;
    return std::ranges::none_of(Holes(), [&](const Span& hole) {
      return span.begin < hole.end() && hole.begin < span.end();
    });
  }

  // The end goes back to the buffer, and the holes with it that are there then.
  bool TakeBack(const Span& span) noexcept {
    if (inner_.Release(span)) {
      for (std::size_t i = 0; i < hole_count_;) {
        if (holes_[i].end() == Top() && inner_.Release(holes_[i])) {
          hole_bytes_ -= holes_[i].bytes;
          holes_[i] = holes_[--hole_count_];
          i = 0;
        } else {
          ++i;
        }
      }
      return true;
    }
    if (!anywhere_ || hole_count_ == kMostHoles || span.bytes == 0) return false;
    holes_[hole_count_++] = span;
    hole_bytes_ += span.bytes;
    return true;
  }

  // What to ask for where n bytes are wanted: whole units, or n when so much is not left.
  std::size_t Wanted(std::size_t n) const noexcept {
    const auto left = arena_.size() - inner_.BytesHeld();
    const std::size_t whole = Units(n);
    return whole != 0 && whole <= left ? whole : n;
  }

  // n rounded up to a whole unit; 0 when that is more than fits in size_t.
  std::size_t Units(std::size_t n) const noexcept {
    const std::size_t over = n % unit_bytes_;
    if (over == 0) return n;
    return n > SIZE_MAX - unit_bytes_ ? 0 : n + (unit_bytes_ - over);
  }

  // Gives back what the granule of the buffer added to the n bytes that are wanted.
  std::size_t Fit(const Span& span, std::size_t n) noexcept {
    const std::size_t wanted = Units(n);
    if (wanted == 0 || wanted >= span.bytes) return span.bytes;
    inner_.Release({span.begin + wanted, span.bytes - wanted});
    return wanted;
  }

  void Watch(const Span& span) noexcept {
    fresh_ = span;
    if (stray_ != nullptr || span.bytes == 0) return;
    stray_ = FirstChange(span.begin, DirtyBytes(span.begin, std::min(span.bytes, kWatchedBytes)));
  }

  // How many of the `bytes` from `begin` on lie in the part of the arena that is dirty when fresh.
  std::size_t DirtyBytes(const std::byte* begin, std::size_t bytes) const noexcept {
    const auto at = static_cast<std::size_t>(begin - arena_.data());
    return at >= dirty_bytes_ ? 0 : std::min(bytes, dirty_bytes_ - at);
  }

  static const std::byte* FirstChange(const std::byte* begin, std::size_t bytes) noexcept {
    constexpr auto kDirty = [] {
      std::array<std::byte, kWatchedBytes> dirty{};
      dirty.fill(std::byte{Arena::kDirt});
      return dirty;
    }();
    if (bytes == 0 || std::memcmp(begin, kDirty.data(), bytes) == 0) return nullptr;
    return std::mismatch(begin, begin + bytes, kDirty.begin()).first;
  }

  std::span<std::byte> arena_;
  std::size_t dirty_bytes_;
  FailingPages<BufferPages> inner_;
  std::size_t unit_bytes_ = kGranuleBytes;
  std::uint64_t releases_refused_ = 0;
  bool anywhere_ = false;
  std::array<Span, kMostHoles> holes_ = {};  // came back, below the end; in no order
  std::size_t hole_count_ = 0;
  std::size_t hole_bytes_ = 0;
  bool kept_ = false;
  Span fresh_;  // what the last call handed out
  const std::byte* stray_ = nullptr;
};
static_assert(PageSource<CheckedPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CHECKED_CHECKED_PAGES_H_
