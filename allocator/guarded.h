// Guarded<A>: mistakes of the program are seen in the blocks of A, as they are in those of the
// system's malloc: under AddressSanitizer and under Valgrind's memcheck.
//
//     A's block   | mark | red zone ... | mark | payload, n bytes | red zone of 16 bytes or more |
//                                       ^ front bytes from the beginning
//
// Nobody may touch what lies outside of a live payload (memory_marks.h), so an access past either
// end is reported where it happens. A freed block is forbidden as a whole and waits in a
// quarantine, the first in is the first out, until more than kQuarantineBytes wait or A refuses a
// request; then A gets it back. (So much stays held when all is free, against C19.) Freeing,
// resizing or measuring one that waits ends the process with a sentence, with or without those
// tools. Marks are beside the payload, and at the block's beginning where an alignment puts the
// payload further on.
//
// A's own words are never forbidden: they lie outside of its used blocks, and of those alone
// anything is marked. Costs: 32 bytes a block and an alignment; O(1) a call and a mark for each 8
// bytes of the block under ASan.
//
// Source: the red zones and the quarantine of AddressSanitizer (Serebryany et al., USENIX ATC
// 2012) and, before it, of memcheck (Seward and Nethercote, USENIX ATC 2005).

#ifndef ALLOCLAB_ALLOCATOR_GUARDED_H_
#define ALLOCLAB_ALLOCATOR_GUARDED_H_

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/memory_marks.h"
#include "allocator/misuse.h"

namespace alloclab {

template <Allocator A>
class Guarded {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = !kWalkable<A>;
  static constexpr bool kMerges = kMergesNeighbours<A>;
  static constexpr bool kResizesFreely = kResizesToAnySize<A>;

  static constexpr std::size_t kRedZoneBytes = 16;
  static constexpr std::size_t kQuarantineBytes = std::size_t{256} << 10;

  template <class... Args>
  explicit Guarded(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  // The memory of the heap becomes somebody else's, who knows nothing of marks.
  ~Guarded() {
    while (oldest_ != nullptr) Evict();
    if constexpr (kWalkable<A>) {
      inner_.Walk([](const BlockView& block) {
        if (block.state != BlockState::kUsed) return;
        const Mark* first = OpenedFirst(block.payload);
        if (first->state == kLive) {
          MarkFreed(block.payload + first->front, first->bytes, kRedZoneBytes);
        }
        MarkUsable(block.payload, block.usable);
      });
    }
  }

  void* Allocate(std::size_t n) noexcept { return Place(n, kRedZoneBytes, kAlignment); }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept
    requires AllocatesAligned<A>
  {
    return Place(n, std::max(alignment, kRedZoneBytes), alignment);
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    Mark* mark = Opened(p);
    if (mark->state != kLive) StopForMisuse(p, Complaint(mark->state));
    auto* block = static_cast<std::byte*>(p) - mark->front;
    const std::size_t n = mark->bytes;
    mark->state = kWaits;
    Close(mark);
    // The mark at the beginning tells the rest, and links those that wait.
    Mark* first = OpenedFirst(block);
    first->state = kWaits;
    first->next = nullptr;
    Close(first);
    MarkFreed(p, n, kRedZoneBytes);
    const std::size_t waits = inner_.UsableSize(block);
    if (newest_ == nullptr) {
      oldest_ = first;
    } else {
      MarkUsable(newest_, sizeof(Mark));
      newest_->next = first;
      Close(newest_);
    }
    newest_ = first;
    quarantined_ += waits;
    while (quarantined_ > kQuarantineBytes) Evict();
  }

  // What was asked for: a byte more is a mistake.
  static constexpr std::size_t MostUsable(std::size_t n) noexcept { return n; }
  std::size_t UsableSize(const void* p) const noexcept {
    if (p == nullptr) return 0;
    const Mark* mark = Opened(const_cast<void*>(p));
    if (mark->state != kLive) StopForMisuse(p, Complaint(mark->state));
    const std::size_t bytes = mark->bytes;
    Close(mark);
    return bytes;
  }

  bool TryResize(void* p, std::size_t n) noexcept
    requires ResizesInPlace<A>
  {
    if (n > kMaxRequestBytes) return false;
    Mark* mark = Opened(p);
    if (mark->state != kLive) StopForMisuse(p, Complaint(mark->state));
    auto* block = static_cast<std::byte*>(p) - mark->front;
    const std::size_t front = mark->front;
    const std::size_t before = mark->bytes;
    const std::size_t had = inner_.UsableSize(block);
    bool resized = false;
    if (n <= kMaxRequestBytes - front - kRedZoneBytes) {
      // A writes into what it cuts off; what it adds was never marked.
      MarkUsable(static_cast<std::byte*>(p) + before, had - front - before);
      resized = inner_.TryResize(block, front + n + kRedZoneBytes);
    }
    const std::size_t now = resized ? n : before;
    mark->bytes = now;
    Close(mark);
    if (front != kRedZoneBytes) {
      Mark* first = OpenedFirst(block);
      first->bytes = now;
      Close(first);
    }
    const std::size_t has = inner_.UsableSize(block);
    if (resized) {
      MarkResized(p, before, n, kRedZoneBytes);
      // What was cut off is A's, with words of its in it.
      if (has < had) MarkUsable(block + has, had - has);
    }
    MarkForbidden(static_cast<std::byte*>(p) + now, has - front - now);
    return resized;
  }

  // What waits in the quarantine is shown as overhead.
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    inner_.Walk([&](BlockView block) {
      if (block.state == BlockState::kUsed) {
        const Mark* first = OpenedFirst(block.payload);
        block.payload += first->front;
        block.usable = first->bytes;
        if (first->state == kWaits) block.state = BlockState::kOverhead;
        Close(first);
      }
      visit(std::as_const(block));
    });
  }

  // A's index, and the quarantine: it has the blocks that are said to wait, and knows their bytes.
  Verdict CheckIndex() const noexcept {
    if (const Verdict verdict = inner_.CheckIndex(); !verdict.ok()) return verdict;
    std::size_t waiting = 0;
    std::size_t bytes = 0;
    for (const Mark* mark = oldest_; mark != nullptr;) {
      MarkUsable(mark, sizeof(Mark));
      const Mark* next = mark->next;
      const bool waits = mark->state == kWaits;
      Close(mark);
      if (!waits) return {"a block in the quarantine is not said to wait", mark};
      if (next == nullptr && mark != newest_) return {"the quarantine ends before its end", mark};
      bytes += inner_.UsableSize(mark);
      ++waiting;
      mark = next;
    }
    if (bytes != quarantined_) return {"the bytes of the quarantine are wrong", nullptr};
    if constexpr (kWalkable<A>) {
      inner_.Walk([&](const BlockView& block) {
        if (block.state != BlockState::kUsed) return;
        const Mark* first = OpenedFirst(const_cast<std::byte*>(block.payload));
        if (first->state == kWaits) --waiting;
        Close(first);
      });
      if (waiting != 0) return {"a block is said to wait, and is not in the quarantine", nullptr};
    }
    return {};
  }

 private:
  enum State : std::uint32_t { kLive = 0x11feb10c, kWaits = 0x3a175b10 };

  struct Mark {
    union {
      std::size_t bytes;  // of the payload, as asked for, while it is live
      Mark* next;         // that was freed after this one, in the mark at the block's beginning
    };
    std::uint32_t front;  // from the block's beginning to the payload
    State state;
  };
  static_assert(sizeof(Mark) == kRedZoneBytes);

  // A mark is forbidden to all but these: whoever opens it closes it.
  static Mark* Opened(void* p) noexcept {
    return OpenedFirst(static_cast<std::byte*>(p) - sizeof(Mark));
  }
  static Mark* OpenedFirst(const std::byte* block) noexcept {
    MarkUsable(block, sizeof(Mark));
    return reinterpret_cast<Mark*>(const_cast<std::byte*>(block));
  }
  static void Close(const Mark* mark) noexcept { MarkForbidden(mark, sizeof(Mark)); }

  static const char* Complaint(State state) noexcept {
    return state == kWaits
               ? "is freed, resized or measured, and was free already"
               : "is freed, resized or measured, and no block begins there; or what is before "
                 "it was overwritten";
  }

  void* Place(std::size_t n, std::size_t front, std::size_t alignment) noexcept {
    // Of an alignment of more than 2^31 the mark has no room for the front.
    if (front > std::size_t{1} << 31) return nullptr;
    if (n > kMaxRequestBytes - kRedZoneBytes - front) return nullptr;
    const std::size_t bytes = front + n + kRedZoneBytes;
    std::byte* block = AllocateBlock(bytes, alignment);
    if (block == nullptr && oldest_ != nullptr) {
      while (oldest_ != nullptr) Evict();
      block = AllocateBlock(bytes, alignment);
    }
    if (block == nullptr) return nullptr;
    std::byte* payload = block + front;
    const Mark mark{{n}, static_cast<std::uint32_t>(front), kLive};
    new (block) Mark(mark);
    new (payload - sizeof(Mark)) Mark(mark);
    MarkForbidden(block, inner_.UsableSize(block));
    MarkAllocated(payload, n, kRedZoneBytes);
    return payload;
  }

  std::byte* AllocateBlock(std::size_t bytes, std::size_t alignment) noexcept {
    if constexpr (AllocatesAligned<A>) {
      if (alignment > kAlignment) {
        return static_cast<std::byte*>(inner_.AllocateAligned(bytes, alignment));
      }
    }
    return static_cast<std::byte*>(inner_.Allocate(bytes));
  }

  // The block that has waited longest is A's again.
  void Evict() noexcept {
    Mark* first = oldest_;
    const std::size_t bytes = inner_.UsableSize(first);
    MarkUsable(first, bytes);
    oldest_ = first->next;
    if (oldest_ == nullptr) newest_ = nullptr;
    quarantined_ -= bytes;
    inner_.Free(first);
  }

  A inner_;
  Mark* oldest_ = nullptr;  // of those that wait
  Mark* newest_ = nullptr;
  std::size_t quarantined_ = 0;  // usable bytes of A's blocks that wait
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_GUARDED_H_
