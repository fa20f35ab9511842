// The checked replay: what events mean, and that it sees what the checker alone cannot.

#include "traces/checked/checked.h"

#include <gtest/gtest.h>

#include "allocator/variants.h"

namespace alloclab {
namespace {

using Heap = BoundaryTags<CheckedPages>;

Event Malloc(std::uint64_t id, std::uint64_t size) {
  return {.kind = EventKind::kMalloc, .id = id, .size = size};
}
Event FailedMalloc(std::uint64_t size) {
  return {.kind = EventKind::kMalloc, .failed = true, .size = size};
}
Event FreeOf(std::uint64_t ref) { return {.kind = EventKind::kFree, .ref = ref}; }
Event ReallocOf(std::uint64_t id, std::uint64_t ref, std::uint64_t size) {
  return {.kind = EventKind::kRealloc, .id = id, .ref = ref, .size = size};
}
Event Marker(std::uint64_t number) { return {.kind = EventKind::kMarker, .size = number}; }

template <Allocator A>
CheckedResult RunOn(const std::vector<Event>& events, std::size_t bytes = 4096) {
  Arena arena(bytes);
  return ReplayChecked<A>(events, arena, bytes);
}

std::string Explain(const CheckedResult& result) {
  return result.violation ? result.violation->text : "";
}

TEST(Arena, LiesAtTheSamePlaceModuloItsAlignmentAndIsNotZero) {
  const Arena arena(100);
  const auto address = reinterpret_cast<std::uintptr_t>(arena.bytes().data());
  EXPECT_EQ(address % Arena::kAlignmentBytes, Arena::kGuardBytes);
  EXPECT_EQ(arena.bytes().size(), 100u);
  for (const std::byte b : arena.bytes()) EXPECT_NE(b, std::byte{0});
}

TEST(Arena, SeesAWriteOnEitherSideAndForgetsItWhenReset) {
  Arena arena(4096);
  arena.Reset(100);
  EXPECT_EQ(arena.FirstStrayWrite(), nullptr);
  std::byte* begin = arena.bytes().data();
  for (std::byte* stray :
       {begin - Arena::kGuardBytes, begin - 1, begin + 100, begin + 100 + Arena::kGuardBytes - 1}) {
    *stray = std::byte{7};
    EXPECT_EQ(arena.FirstStrayWrite(), stray);
    arena.Reset(100);
    EXPECT_EQ(arena.FirstStrayWrite(), nullptr);
  }
}

TEST(Arena, RefusesAnAbsurdCapacity) {
  EXPECT_THROW(Arena(SIZE_MAX), std::bad_alloc);
  EXPECT_THROW(Arena(Arena::kMaxBytes + 1), std::bad_alloc);
}

TEST(Arena, IsSparseAboveAGibibyte) {
  constexpr std::size_t kTerabyte = std::size_t{1} << 40;
  Arena arena(kTerabyte);
  EXPECT_TRUE(arena.is_sparse());
  EXPECT_FALSE(Arena(4096).is_sparse());
  std::byte* middle = arena.bytes().data() + kTerabyte / 2;
  *middle = std::byte{7};
  arena.Reset(kTerabyte);
  EXPECT_EQ(*middle, std::byte{0});
  arena.bytes().data()[kTerabyte] = std::byte{7};
  EXPECT_EQ(arena.FirstStrayWrite(), arena.bytes().data() + kTerabyte);
}

TEST(ReplayChecked, BlocksLargerThanMemoryAreCheckedAtTheirEnds) {
  constexpr std::uint64_t kLarge = std::uint64_t{1} << 38;
  const std::vector<Event> events = {Malloc(0, kLarge), Malloc(1, kLarge + 1), Malloc(2, 24),
                                     ReallocOf(3, 0, 100), FreeOf(1)};
  EXPECT_EQ(Explain(RunOn<Heap>(events, std::size_t{1} << 40)), "");
}

// Writes into the tail of its first block when the second is made.
class Scribbler : public Heap {
 public:
  using Heap::Heap;
  void* Allocate(std::size_t n) noexcept {
    if (first_ != nullptr) first_[bytes_ - 1] = std::byte{1};
    void* p = Heap::Allocate(n);
    first_ = static_cast<std::byte*>(p);
    bytes_ = n;
    return p;
  }

 private:
  std::byte* first_ = nullptr;
  std::size_t bytes_ = 0;
};

TEST(ReplayChecked, AWriteToTheEndOfABlockLargerThanMemoryIsSeen) {
  constexpr std::uint64_t kLarge = std::uint64_t{1} << 38;
  const CheckedResult result =
      RunOn<Scribbler>({Malloc(0, kLarge), Malloc(1, 24)}, std::size_t{1} << 40);
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->rule, Rule::kContents);
}

TEST(ReplayChecked, RunningOutOfArenaIsNormal) {
  const CheckedResult result =
      RunOn<Heap>({Malloc(0, 3000), Malloc(1, 3000), FreeOf(1), FreeOf(0)});
  EXPECT_EQ(Explain(result), "");
  EXPECT_EQ(result.refused, 1u);
}

TEST(ReplayChecked, ResizingANullAllocationAllocates) {
  const CheckedResult result =
      RunOn<Heap>({Malloc(0, 5000), ReallocOf(1, 0, 100), ReallocOf(2, 1, 200), FreeOf(2)});
  EXPECT_EQ(Explain(result), "");
  EXPECT_EQ(result.refused, 1u);
}

TEST(ReplayChecked, ARefusedReallocKeepsItsBlockUnderTheNewNumber) {
  // Were the block of 0 lost, the last allocation would find room.
  const CheckedResult result =
      RunOn<Heap>({Malloc(0, 2000), ReallocOf(1, 0, 6000), Malloc(2, 2500)});
  EXPECT_EQ(Explain(result), "");
  EXPECT_EQ(result.refused, 2u);
  EXPECT_EQ(
      RunOn<Heap>({Malloc(0, 2000), ReallocOf(1, 0, 6000), FreeOf(1), Malloc(2, 2500)}).refused,
      1u);
}

TEST(ReplayChecked, MarkersRefuseAsManyRequestsOfThePageSourceAsTheySay) {
  // Every attempt on an empty heap of boundary tags is one request.
  std::vector<Event> events = {Marker(2)};
  for (std::uint64_t id = 0; id < 4; ++id) events.push_back(Malloc(id, 16));
  const CheckedResult result = RunOn<Heap>(events);
  EXPECT_EQ(Explain(result), "");
  EXPECT_EQ(result.refused, 2u);
}

TEST(ReplayChecked, CallsMarkedFailedAreMadeAndUndone) {
  CheckedResult result = RunOn<Heap>({FailedMalloc(16), FailedMalloc(SIZE_MAX), Malloc(0, 3900)});
  EXPECT_EQ(Explain(result), "");
  EXPECT_EQ(result.granted, 1u);
  EXPECT_EQ(result.refused, 0u);
  Event failed_resize = ReallocOf(kNoAllocation, 0, 64);
  failed_resize.failed = true;
  Event failed_to_nothing = failed_resize;
  failed_to_nothing.size = 0;
  result = RunOn<Heap>({Malloc(0, 16), failed_to_nothing, failed_resize, FreeOf(0)});
  EXPECT_EQ(Explain(result), "");
  EXPECT_EQ(result.granted, 1u);
}

TEST(ReplayChecked, ResizingToNothingFrees) {
  EXPECT_EQ(Explain(RunOn<Heap>({Malloc(0, 16), ReallocOf(kNoAllocation, 0, 0), Malloc(1, 3900)})),
            "");
  // The same on an allocation that is null: nothing is left behind either.
  EXPECT_EQ(Explain(RunOn<Heap>({Malloc(0, 5000), ReallocOf(kNoAllocation, 0, 0)})), "");
}

TEST(ReplayChecked, EveryKindOfEventRunsOnEveryVariant) {
  std::vector<Event> events;
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    Event event{.kind = static_cast<EventKind>(i), .size = 24, .alignment = 64};
    if (TraitsOf(event.kind).role == EventRole::kMakes) event.id = id++;
    if (TraitsOf(event.kind).role == EventRole::kFrees) continue;
    if (event.kind == EventKind::kMarker) event.size = 0;  // refuses nothing
    if (TraitsOf(event.kind).role == EventRole::kResizes) {
      event.ref = id - 1;
      event.id = id++;
    }
    events.push_back(event);
  }
  Event free_sized = FreeOf(id - 1);
  free_sized.kind = EventKind::kFreeSized;
  events.push_back(free_sized);
  for (const std::string_view name : Variants::kNames) {
    const bool found = Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
      const CheckedResult result = RunOn<A>(events, std::size_t{1} << 16);
      EXPECT_EQ(Explain(result), "") << name;
      EXPECT_EQ(result.refused, 0u) << name;
    });
    EXPECT_TRUE(found);
  }
}

TEST(CheckedPages, DoesAsItIsOrdered) {
  Arena arena(4096);
  CheckedPages pages(arena);
  EXPECT_EQ(pages.Acquire(20).bytes, CheckedPages::kGranuleBytes);
  pages.Obey(page_orders::Refuse(2, 1));
  EXPECT_FALSE(pages.Acquire(16).empty());
  EXPECT_TRUE(pages.Acquire(16).empty());
  EXPECT_TRUE(pages.Acquire(16).empty());
  const Span last = pages.Acquire(16);
  EXPECT_FALSE(last.empty());
  pages.Obey(page_orders::kUnit + 1);
  EXPECT_EQ(pages.Extend(last.end(), 20), 32u);
  pages.Obey(page_orders::kUnit + 25);
  EXPECT_EQ(pages.Acquire(20).bytes, 400u);
  EXPECT_EQ(pages.Acquire(2000).bytes, 2000u);
  // What is left is less than a unit.
  EXPECT_EQ(pages.BytesHeld(), 3 * CheckedPages::kGranuleBytes + 32 + 400 + 2000);
  EXPECT_EQ(pages.Acquire(800).bytes, 800u);
  EXPECT_EQ(pages.Acquire(96).bytes, 96u);
  EXPECT_TRUE(pages.Acquire(16).empty());
}

TEST(CheckedPages, KeepsSpansByOrderButNotWhatItGaveJustNow) {
  Arena arena(4096);
  CheckedPages pages(arena);
  const Span first = pages.Acquire(256);
  const Span second = pages.Acquire(256);
  pages.Obey(page_orders::kKeep + 1);
  EXPECT_TRUE(pages.Release(second));
  EXPECT_FALSE(pages.kept());
  EXPECT_FALSE(pages.Release(first));
  EXPECT_TRUE(pages.kept());
  EXPECT_EQ(pages.BytesHeld(), 256u);
  EXPECT_TRUE(pages.Release(first));
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

TEST(CheckedPages, SeesAWriteToMemoryThatItHasNotHandedOut) {
  for (const std::ptrdiff_t offset : {0, 1, 63}) {
    Arena arena(4096);
    CheckedPages pages(arena);
    const Span first = pages.Acquire(256);
    const Span second = pages.Acquire(256);
    std::memset(first.begin, 1, 512);
    EXPECT_EQ(pages.FirstStrayWrite(), nullptr);
    second.end()[offset] = std::byte{1};
    EXPECT_EQ(pages.FirstStrayWrite(), second.end() + offset);
    second.end()[offset] = std::byte{Arena::kDirt};
    // What came back is watched as well, also when it is handed out again at once.
    EXPECT_TRUE(pages.Release(second));
    second.begin[offset] = std::byte{2};
    EXPECT_EQ(pages.FirstStrayWrite(), second.begin + offset);
    EXPECT_EQ(pages.Acquire(16).begin, second.begin);
    EXPECT_EQ(pages.FirstStrayWrite(), second.begin + offset);
  }
}

TEST(CheckedPages, SeesWhatItHasNotHandedOutBeingGivenBack) {
  for (const int which : {0, 1, 2}) {
    Arena arena(4096);
    CheckedPages pages(arena);
    const Span span = pages.Acquire(256);
    const Span strange = which == 0   ? Span{span.begin + 240, 32}
                         : which == 1 ? Span{span.begin - 16, 16}
                                      : Span{span.begin, SIZE_MAX - 15};
    EXPECT_FALSE(pages.Release(strange));
    EXPECT_EQ(pages.FirstStrayWrite(), strange.begin);
  }
}

TEST(CheckedPages, TakesBackAnySpanByOrder) {
  Arena arena(4096);
  CheckedPages pages(arena);
  const Span a = pages.Acquire(256);
  const Span b = pages.Acquire(256);
  const Span c = pages.Acquire(512);
  const Span d = pages.Acquire(256);
  EXPECT_FALSE(pages.Release(b));
  pages.Obey(page_orders::kAnywhere + 1);
  EXPECT_TRUE(pages.Release({c.begin, 256}));
  EXPECT_TRUE(pages.Release(b));
  EXPECT_EQ(pages.BytesHeld(), 768u);
  pages.Obey(page_orders::kAnywhere);
  EXPECT_FALSE(pages.Release(a));
  // What lies below holes goes with the end, and is handed out again.
  EXPECT_TRUE(pages.Release(d));
  EXPECT_EQ(pages.BytesHeld(), 512u);
  EXPECT_TRUE(pages.Release({c.begin + 256, 256}));
  EXPECT_EQ(pages.BytesHeld(), 256u);
  EXPECT_EQ(pages.Acquire(512).begin, b.begin);
  EXPECT_EQ(pages.BytesHeld(), 768u);
  EXPECT_EQ(pages.FirstStrayWrite(), nullptr);
  EXPECT_FALSE(pages.kept());
}

TEST(CheckedPages, WatchesItsHoles) {
  for (const std::ptrdiff_t offset : {0, 63, 256 - 64, 255}) {
    Arena arena(4096);
    CheckedPages pages(arena);
    const Span hole = pages.Acquire(256);
    const Span end = pages.Acquire(256);
    std::memset(hole.begin, 1, 512);
    pages.Obey(page_orders::kAnywhere + 1);
    EXPECT_TRUE(pages.Release(hole));
    EXPECT_EQ(pages.FirstStrayWrite(), nullptr);
    hole.begin[offset] = std::byte{2};
    EXPECT_EQ(pages.FirstStrayWrite(), hole.begin + offset);
    hole.begin[offset] = std::byte{Arena::kDirt};
    // What is in a hole is not there to be given back again, alone or with others.
    const Span again = offset == 0    ? hole
                       : offset == 63 ? Span{hole.begin + 240, 32}
                                      : Span{hole.begin, 512};
    EXPECT_FALSE(pages.Release(again));
    EXPECT_EQ(pages.FirstStrayWrite(), again.begin);
    EXPECT_NE(end.begin, nullptr);
  }
}

TEST(CheckedPages, WatchesNoFurtherThanItsArenaIsDirty) {
  Arena arena(2 * Arena::kDirtyBytes);
  CheckedPages pages(arena);
  EXPECT_FALSE(pages.Acquire(Arena::kDirtyBytes - 32).empty());
  EXPECT_EQ(pages.FirstStrayWrite(), nullptr);
  EXPECT_FALSE(pages.Acquire(4096).empty());
  EXPECT_EQ(pages.FirstStrayWrite(), nullptr);
}

// Two regions, of which the lower goes back first.
TEST(ReplayChecked, RegionsGoBackInAnyOrder) {
  const std::vector<Event> events = {Marker(page_orders::kAnywhere + 1),
                                     Malloc(0, 3000),
                                     Marker(page_orders::Refuse(1, 0)),
                                     Malloc(1, 3000),
                                     FreeOf(0),
                                     Malloc(2, 40),
                                     FreeOf(1),
                                     FreeOf(2)};
  for (const std::string_view name : Variants::kNames) {
    Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
      EXPECT_EQ(Explain(RunOn<A>(events, std::size_t{1} << 18)), "") << name;
    });
  }
}

TEST(ReplayChecked, SpansThatWereKeptAreNoLeak) {
  const std::vector<Event> events = {Malloc(0, 16), Marker(page_orders::kKeep + 9), FreeOf(0)};
  for (const std::string_view name : Variants::kNames) {
    Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
      EXPECT_EQ(Explain(RunOn<A>(events, std::size_t{1} << 16)), "") << name;
    });
  }
}

// Allocators that are wrong in one way, each seen by the replay.

// Forgets the first free.
class Leaky : public Heap {
 public:
  using Heap::Heap;
  void Free(void* p) noexcept {
    if (p != nullptr && !kept_) {
      kept_ = true;
      return;
    }
    Heap::Free(p);
  }

 private:
  bool kept_ = false;
};

TEST(ReplayChecked, ABlockThatIsNeverFreedIsSeenInTheWalk) {
  const CheckedResult result = RunOn<Leaky>({Malloc(0, 16), Malloc(1, 16), FreeOf(0), FreeOf(1)});
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->rule, Rule::kWalk);
  EXPECT_EQ(result.violation->operation, 3u);
}

TEST(ReplayCheckedFast, NamesTheEventAfterWhichItCouldFirstBeSeen) {
  std::vector<Event> events;
  for (std::uint64_t id = 0; id < 60; ++id) events.push_back(Malloc(id, 100));
  for (std::uint64_t id = 0; id < 60; ++id) events.push_back(FreeOf(id));
  Arena arena(std::size_t{1} << 16);
  const CheckedResult every = ReplayChecked<Leaky>(events, arena, arena.capacity());
  const CheckedResult fast = ReplayCheckedFast<Leaky>(events, arena, arena.capacity());
  const CheckedResult once =
      ReplayChecked<Leaky>(events, arena, arena.capacity(), CheckedReplay<Leaky>::kFastCredit);
  ASSERT_TRUE(every.violation && fast.violation && once.violation);
  EXPECT_EQ(every.violation->operation, 61u);
  EXPECT_EQ(fast.violation->operation, 61u);
  EXPECT_EQ(fast.violation->rule, Rule::kWalk);
  EXPECT_GT(once.violation->operation, 61u) << "it would be no faster";
  EXPECT_EQ(Explain(ReplayCheckedFast<Heap>(events, arena, arena.capacity())), "");
}

// Keeps what it has taken: correct in all but rule C19.
template <PageSource Pages>
class Hoarder {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;
  explicit Hoarder(Pages& pages) noexcept : pages_(&pages) {}
  void* Allocate(std::size_t n) noexcept {
    if (used_ || n > 256) return nullptr;
    if (span_.empty()) span_ = pages_->Acquire(256);
    used_ = !span_.empty();
    return span_.begin;
  }
  void Free(void* p) noexcept { used_ = used_ && p == nullptr; }
  std::size_t UsableSize(const void* p) const noexcept { return p == nullptr ? 0 : span_.bytes; }
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    if (span_.empty()) return;
    visit(BlockView{span_.begin, span_.bytes, span_.begin, span_.bytes,
                    used_ ? BlockState::kUsed : BlockState::kFree});
  }
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  Pages* pages_;
  Span span_;
  bool used_ = false;
};

TEST(ReplayChecked, MemoryHeldWhenAllIsFreeIsSeen) {
  const CheckedResult result = RunOn<Hoarder<CheckedPages>>({Malloc(0, 16)});
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->rule, Rule::kHeldWhenEmpty);
  EXPECT_EQ(result.violation->operation, 2u);
}

// Writes one byte past the arena with its first block.
template <PageSource Pages>
class Stray : public Hoarder<Pages> {
 public:
  explicit Stray(Pages& pages) noexcept : Hoarder<Pages>(pages) {}
  void* Allocate(std::size_t n) noexcept {
    void* p = Hoarder<Pages>::Allocate(n);
    if (p != nullptr) static_cast<std::byte*>(p)[256] = std::byte{1};
    return p;
  }
};

TEST(ReplayChecked, AWriteOutsideOfTheArenaIsSeen) {
  const CheckedResult result = RunOn<Stray<CheckedPages>>({Malloc(0, 16)}, 256);
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->rule, Rule::kBounds);
  EXPECT_EQ(result.violation->operation, 1u);
}

}  // namespace
}  // namespace alloclab
