// The checked replay: the events of a trace, run on one allocator over an arena under the checker.
// A fuzzer's case and the command line's `replay --check` are both run here, so a verdict found by
// one is found by the other.
//
// How events are read:
//   - A call that gets null leaves its allocation null: freeing it is free(NULL), resizing it is
//     malloc. Running out of arena is normal.
//   - A refused realloc leaves its block as it was; the block then goes by the event's new number.
//   - An event marked failed is called all the same. Should it succeed here, a block that it made
//   is
//     freed at once, and a block that it resized keeps its old number.
//   - marker n: an order to the page source (page_orders.h). marker k, k below 256: it refuses the
//     next k requests.
//   - What makes no call (threads, fork) is passed over.
//   - After the last event, what is still live is freed in order of its numbers; then nothing may
//   be
//     held beyond the page source's kRetainBytes (rule C19).
//
// After each event the heap is checked in full while it is small. In a larger heap a check waits
// until the calls since the last one have earned it: the total cost stays O(calls x kCheckCredit).
// A check looks at every byte of every live block, at the walk and at the index. What is done many
// thousand times a second checks less often (ReplayCheckedFast).

#ifndef ALLOCLAB_TRACES_CHECKED_CHECKED_H_
#define ALLOCLAB_TRACES_CHECKED_CHECKED_H_

#include <algorithm>
#include <bit>
#include <cerrno>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/shadowed.h"
#include "traces/checked/arena.h"
#include "traces/checked/checked_pages.h"
#include "traces/checked/refusal_errno.h"
#include "traces/event.h"
#include "traces/event_kind.h"
#include "traces/trace_io.h"

namespace alloclab {

// What a caller saw of a call.
struct Answer {
  enum class Kind : std::uint8_t { kNone, kGranted, kNull };  // kNone: it returns nothing
  Kind kind = Kind::kNone;
  int error = 0;  // errno, or what posix_memalign returned
  bool operator==(const Answer&) const = default;
};

struct CheckedResult {
  // The first broken rule. Its `operation` is the number of the event after which it was seen, from
  // 1; one more than there are events when all was freed at the end.
  std::optional<Violation> violation;
  std::uint64_t calls = 0;          // made on the allocator for an event
  std::uint64_t refused = 0;        // calls that got null, other than those marked failed
  std::uint64_t granted = 0;        // calls marked failed that succeeded here
  std::uint64_t pages_refused = 0;  // requests that the page source refused by order
};

// A is a heap over CheckedPages: Variants::Visit<CheckedPages>(name, ...).
template <Allocator A>
  requires std::constructible_from<A, CheckedPages&>
class CheckedReplay {
 public:
  // What one call earns towards the next check; a check costs its live blocks, and one for each
  // kBytesPerCredit bytes held or live.
  static constexpr std::uint64_t kCheckCredit = 256;
  // With this little a check costs about as much as the calls since the last one.
  static constexpr std::uint64_t kFastCredit = 24;
  static constexpr std::uint64_t kBytesPerCredit = 64;
  // What is smaller than a block of any variant.
  static constexpr std::size_t kLeastBlockBytes = 64;

  // Of a block in a sparse arena (arena.h), which may be larger than memory.
  static constexpr std::size_t kSparseFillBytes = std::size_t{1} << 10;

  // The arena must outlive the replay.
  explicit CheckedReplay(const Arena& arena, std::uint64_t check_credit = kCheckCredit)
      : arena_(&arena), parts_(std::make_unique<Parts>(arena)), check_credit_(check_credit) {}
  CheckedReplay(const CheckedReplay&) = delete;
  CheckedReplay& operator=(const CheckedReplay&) = delete;
  // A heap in which a rule was broken is abandoned: its destructor would trust damaged memory.
  ~CheckedReplay() {
    if (result_.violation) Abandon(std::move(parts_));
  }

  // Runs one event; false from the first broken rule on. O(log live), and the check.
  bool Step(const Event& event) {
    if (result_.violation) return false;
    ++events_;
    const EventRole role = TraitsOf(event.kind).role;
    if (event.kind == EventKind::kMarker) {
      parts_->pages.Obey(event.size);
      return true;
    }
    ++result_.calls;
    requests_before_ = parts_->pages.requests();
    const void* freed = nullptr;
    answer_ = {};
    errno = 0;
    if (event.kind == EventKind::kFreeNull) {
      Free(parts_->heap, nullptr);
      ExpectErrno(event, 0);
    } else if (role == EventRole::kFrees) {
      void* p = Take(event.ref);
      freed = p;
      Free(parts_->heap, p);
      ExpectErrno(event, 0);
    } else if (role == EventRole::kMakes) {
      Keep(event, Make(event));
    } else if (role == EventRole::kResizes) {
      Resize(event);
    } else {
      --result_.calls;
      return true;
    }
    return CheckWhenEarned() && CheckFreeEnd(freed);
  }

  // Frees what is live and looks at the heap a last time. Call it once, after the last event.
  const CheckedResult& Finish() {
    if (result_.violation) return result_;
    ++events_;
    if (!CheckNow()) return result_;
    while (!live_.empty()) {
      Free(parts_->heap, live_.extract(live_.begin()).mapped());
      if (!CheckWhenEarned()) return result_;
    }
    if (CheckNow(Arena::kGuardBytes)) CheckNothingHeld();
    result_.pages_refused = parts_->pages.refused();
    return result_;
  }

  const CheckedResult& result() const { return result_; }
  // Of the last call for an event.
  const Answer& answer() const { return answer_; }

  // For who breaks the rules of the heap on purpose, between two events: the blocks by the number
  // of their allocation, where they come from, and the heap itself, past the checker.
  const std::map<std::uint64_t, void*>& live() const { return live_; }
  const CheckedPages& pages() const { return parts_->pages; }
  A& heap() { return parts_->heap.inner(); }
  // Looks at everything now, whatever it costs; false when a rule is broken.
  bool Check() { return !result_.violation && CheckNow(); }

 private:
  using Heap = Shadowed<A>;
  struct Parts {
    explicit Parts(const Arena& arena) : pages(arena), heap(pages) {
      if (arena.is_sparse()) heap.FillAtMost(kSparseFillBytes);
    }
    CheckedPages pages;
    Heap heap;
  };

  // Kept reachable for the rest of the process: abandoned on purpose, and no leak.
  static void Abandon(std::unique_ptr<Parts> parts) {
    static auto& abandoned = *new std::vector<Parts*>;
    abandoned.push_back(parts.release());
  }

  static std::size_t Bytes(std::uint64_t n) { return static_cast<std::size_t>(n); }

  // The block of an allocation, which ends; null where there is none.
  void* Take(std::uint64_t id) {
    const auto found = live_.find(id);
    return found == live_.end() ? nullptr : live_.extract(found).mapped();
  }

  void* Make(const Event& event) {
    Heap& heap = parts_->heap;
    switch (event.kind) {
      case EventKind::kCalloc:
        return heap.AllocateZeroed(Bytes(event.count), Bytes(event.size));
      case EventKind::kMemalign:
        return Memalign(heap, Bytes(event.alignment), Bytes(event.size));
      case EventKind::kAlignedAlloc:
      case EventKind::kNewAligned:
      case EventKind::kNewArrayAligned:
        return AlignedAlloc(heap, Bytes(event.alignment), Bytes(event.size));
      case EventKind::kPosixMemalign: {
        void* p = nullptr;
        const int error = PosixMemalign(heap, &p, Bytes(event.alignment), Bytes(event.size));
        // It keeps errno and returns what the others would have set.
        ExpectErrno(event, 0);
        errno = error;
        return p;
      }
      case EventKind::kValloc:
        return Valloc(heap, Bytes(event.size));
      case EventKind::kPvalloc:
        return Pvalloc(heap, Bytes(event.size));
      default:
        return Malloc(heap, Bytes(event.size));
    }
  }

  void ExpectErrno(const Event& event, int expected) {
    if (errno != expected) BreakErrno(event, expected);
  }
  [[gnu::cold, gnu::noinline]] void BreakErrno(const Event& event, int expected) {
    Break(Rule::kErrno, std::string(TraitsOf(event.kind).name) + " left errno at " +
                            std::to_string(errno) + ", not " + std::to_string(expected));
  }

  void Answered(const void* p) {
    answer_ = {p == nullptr ? Answer::Kind::kNull : Answer::Kind::kGranted, errno};
  }

  // What the event itself asked for, whatever reached the heap: C's functions lie in between.
  void CheckAnswer(const Event& event, const void* p) {
    const std::uint64_t asked = RequestedBytes(event);
    if (p == nullptr) return;
    if (asked > kMaxRequestBytes) {
      BreakAnswer(Rule::kAbsurdSize, asked, " bytes, or a product past 2^64, were granted");
    } else if (const std::size_t usable = parts_->heap.UsableSize(p); usable < asked) {
      BreakAnswer(Rule::kUsableSize, asked, " bytes were asked for; there are less");
    }
    const bool page = event.kind == EventKind::kValloc || event.kind == EventKind::kPvalloc;
    const bool named = TraitsOf(event.kind).has_alignment;
    const std::uint64_t alignment = page ? kSystemPageBytes : named ? event.alignment : 1;
    if (std::has_single_bit(alignment) && reinterpret_cast<std::uintptr_t>(p) % alignment != 0) {
      BreakAnswer(Rule::kAlignment, alignment, " bytes of alignment were asked for, not given");
    }
  }
  // What would have fit into the whole arena is refused only when the page source has refused.
  void CheckRefusal(const Event& event) {
    const std::uint64_t asked = RequestedBytes(event);
    const std::uint64_t arena = arena_->bytes().size();
    const bool page = event.kind == EventKind::kValloc || event.kind == EventKind::kPvalloc;
    const std::uint64_t alignment = page ? kSystemPageBytes : event.alignment;
    if (!AllocatesAligned<A> && alignment > A::kAlignment) return;
    if (asked > arena || alignment > arena || asked + alignment > arena) return;
    if (parts_->pages.requests() != requests_before_ || RefusalErrno(event) != ENOMEM) return;
    BreakAnswer(Rule::kRefused, asked, " bytes were refused, but no more memory was asked for");
  }
  // Out of line, like BreakErrno: under ASan a frame with strings in it costs more than the call.
  [[gnu::cold, gnu::noinline]] void BreakAnswer(Rule rule, std::uint64_t number,
                                                const char* sentence) {
    Break(rule, std::to_string(number) + sentence);
  }

  // Files the block that an event made, or got instead of null.
  void Keep(const Event& event, void* p) {
    Answered(p);
    if (p == nullptr) {
      ExpectErrno(event, RefusalErrno(event));
      CheckRefusal(event);
    }
    CheckAnswer(event, p);
    if (!MakesAllocation(event)) {
      result_.granted += event.failed && p != nullptr ? 1 : 0;
      Free(parts_->heap, p);
    } else if (p == nullptr) {
      ++result_.refused;
    } else {
      live_[event.id] = p;
    }
  }

  void Resize(const Event& event) {
    // A resize to nothing frees; it cannot have failed, so there is no call to repeat.
    if (event.failed && RequestedBytes(event) == 0) return;
    void* old = event.ref == kNoAllocation ? nullptr : Take(event.ref);
    const bool is_array = event.kind == EventKind::kReallocArray;
    void* p = is_array ? ReallocArray(parts_->heap, old, Bytes(event.count), Bytes(event.size))
                       : Realloc(parts_->heap, old, Bytes(event.size));
    if (old == nullptr) return Keep(event, p);
    Answered(p);
    if (p == nullptr && RequestedBytes(event) != 0) {
      ExpectErrno(event, ENOMEM);
      CheckRefusal(event);
    }
    CheckAnswer(event, p);
    if (event.failed) {
      result_.granted += p != nullptr ? 1 : 0;
      live_[event.ref] = p != nullptr ? p : old;
    } else if (MakesAllocation(event)) {
      result_.refused += p == nullptr ? 1 : 0;
      live_[event.id] = p != nullptr ? p : old;
    }
  }

  bool CheckWhenEarned() {
    if (result_.violation) return false;
    credit_ += check_credit_;
    // An opaque heap holds nothing of the pages, but its blocks are looked at.
    const std::uint64_t bytes = std::max(parts_->pages.BytesHeld(), parts_->heap.live_bytes());
    const std::uint64_t cost = parts_->heap.live_blocks() + bytes / kBytesPerCredit;
    if (credit_ < cost) return Note(parts_->heap.violation());
    return CheckNow();
  }

  // `guards`: how much of the memory around the arena is looked at.
  bool CheckNow(std::size_t guards = CheckedPages::kWatchedBytes) {
    credit_ = 0;
    if (const std::byte* stray = arena_->FirstStrayWrite(guards)) {
      Break(Rule::kBounds, "a byte outside of the arena was changed", stray);
    } else if (stray = parts_->pages.FirstStrayWrite(); stray != nullptr) {
      Break(Rule::kBounds, "what the page source had not handed out was changed or given back",
            stray);
    }
    return !result_.violation &&
           Note(parts_->heap.Check(Heap::Depth::kEverything, parts_->pages.BytesHeld()));
  }

  // A rule that the heap below does not see broken. The first one counts.
  void Break(Rule rule, std::string text, const void* address = nullptr) {
    if (result_.violation || !IsWatched(rule)) return;
    result_.violation = Violation{rule, events_, address, std::move(text)};
  }

  bool Note(const Violation* violation) {
    if (violation == nullptr) return true;
    result_.violation = *violation;
    result_.violation->operation = events_;
    return false;
  }

  // C19, of the block that was freed just now, when a check has seen the heap since.
  bool CheckFreeEnd(const void* freed) {
    if constexpr (!kWalkable<A> || !kMergesNeighbours<A>) return true;
    if (freed == nullptr || credit_ != 0 || parts_->pages.kept()) return true;
    constexpr std::size_t kMost =
        CheckedPages::kRetainBytes + CheckedPages::kGranuleBytes + kLeastBlockBytes;
    const Shadow::LastBlock& last = parts_->heap.last_block();
    if (!last.is_free || last.bytes <= kMost || freed < last.begin ||
        freed >= last.begin + last.bytes) {
      return true;
    }
    BreakAnswer(Rule::kFreeEnd, last.bytes, " bytes are free at the end, and were not given back");
    return !result_.violation;
  }

  void CheckNothingHeld() {
    const std::size_t held = parts_->pages.BytesHeld();
    if (!kWalkable<A> || parts_->pages.kept() || held <= CheckedPages::kRetainBytes) return;
    Break(Rule::kHeldWhenEmpty, "all blocks are free, but " + std::to_string(held) +
                                    " bytes were not given back to the page source");
  }

  const Arena* arena_;
  std::unique_ptr<Parts> parts_;
  std::map<std::uint64_t, void*> live_;  // allocation -> block; no entry where it is null
  std::uint64_t events_ = 0;
  std::uint64_t check_credit_;
  std::uint64_t credit_ = 0;
  std::uint64_t requests_before_ = 0;  // of the page source, before the call
  Answer answer_;
  CheckedResult result_;
};

// Runs all events over `arena`, which is reset to `bytes` first; stops at the first broken rule.
template <Allocator A>
CheckedResult ReplayChecked(std::span<const Event> events, Arena& arena, std::size_t bytes,
                            std::uint64_t check_credit = CheckedReplay<A>::kCheckCredit) {
  arena.Reset(bytes);
  CheckedReplay<A> replay(arena, check_credit);
  for (const Event& event : events) {
    if (!replay.Step(event)) return replay.result();
  }
  return replay.Finish();
}

// The same with fewer checks; where they find something, the events run again with all of them, to
// name the first event after which it can be seen.
template <Allocator A>
CheckedResult ReplayCheckedFast(std::span<const Event> events, Arena& arena, std::size_t bytes) {
  CheckedResult fast = ReplayChecked<A>(events, arena, bytes, CheckedReplay<A>::kFastCredit);
  if (!fast.violation) return fast;
  CheckedResult slow = ReplayChecked<A>(events, arena, bytes);
  return slow.violation ? slow : fast;
}

// The same for a trace being read: memory is bounded by its live set. Throws TraceError.
template <Allocator A>
CheckedResult ReplayChecked(TraceReader& reader, Arena& arena, std::size_t bytes) {
  arena.Reset(bytes);
  CheckedReplay<A> replay(arena);
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    for (const Event& event : batch) {
      if (!replay.Step(event)) return replay.result();
    }
  }
  return replay.Finish();
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CHECKED_CHECKED_H_
