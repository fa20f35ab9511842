// The concepts refuse what they must refuse. Each type below lacks one thing.

#include <gtest/gtest.h>

#include "allocator/malloc_api.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/failing_pages.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/pages/sbrk_pages.h"
#include "allocator/variants.h"

namespace alloclab {
namespace {

struct Model {
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;
  void* Allocate(std::size_t) noexcept;
  void Free(void*) noexcept;
  std::size_t UsableSize(const void*) const noexcept;
  template <class V>
  void Walk(V&&) const noexcept;
  Verdict CheckIndex() const noexcept;
};
static_assert(Allocator<Model>);
static_assert(!ResizesInPlace<Model> && !AllocatesAligned<Model> && !CountsSearch<Model>);
static_assert(!Reallocates<Model> && !AllocatesZeroed<Model> && !TellsZeroed<Model>);
static_assert(kWalkable<Model> && !kMergesNeighbours<Model>);

static_assert(ZeroesPages<MmapPages> && !ZeroesPages<BufferPages> && !ZeroesPages<SbrkPages>);

struct MayThrow : Model {
  void* Allocate(std::size_t);
};
static_assert(!Allocator<MayThrow>);

struct ReturnsBytes : Model {
  std::byte* Allocate(std::size_t) noexcept;
};
static_assert(!Allocator<ReturnsBytes>);

struct FreeSaysSomething : Model {
  bool Free(void*) noexcept;
};
static_assert(!Allocator<FreeSaysSomething>);

struct MutableWalk : Model {
  template <class V>
  void Walk(V&&) noexcept;
};
static_assert(!Allocator<MutableWalk>);

struct MutableUsableSize : Model {
  std::size_t UsableSize(const void*) noexcept;
};
static_assert(!Allocator<MutableUsableSize>);

struct NoVerdict : Model {
  bool CheckIndex() const noexcept;
};
static_assert(!Allocator<NoVerdict>);

struct AlignedToEight : Model {
  static constexpr std::size_t kAlignment = 8;
};
static_assert(!Allocator<AlignedToEight>);

struct AlignedToTwentyFour : Model {
  static constexpr std::size_t kAlignment = 24;
};
static_assert(!Allocator<AlignedToTwentyFour>);

struct AlignmentIsAnInt : Model {
  static constexpr int kAlignment = 16;
};
static_assert(!Allocator<AlignmentIsAnInt>);

struct ResizeMayThrow : Model {
  bool TryResize(void*, std::size_t);
};
static_assert(Allocator<ResizeMayThrow> && !ResizesInPlace<ResizeMayThrow>);

struct ResizesInSteps : Model {
  static constexpr bool kResizesFreely = false;
  bool TryResize(void*, std::size_t) noexcept;
};
struct ResizesAtWill : Model {
  bool TryResize(void*, std::size_t) noexcept;
};
static_assert(ResizesInPlace<ResizesInSteps> && !kResizesToAnySize<ResizesInSteps>);
static_assert(kResizesToAnySize<ResizesAtWill> && !kResizesToAnySize<Model>);

struct NoConstants {
  void* Allocate(std::size_t) noexcept;
  void Free(void*) noexcept;
  std::size_t UsableSize(const void*) const noexcept;
  template <class V>
  void Walk(V&&) const noexcept;
  Verdict CheckIndex() const noexcept;
};
static_assert(!Allocator<NoConstants>);
static_assert(!Allocator<int>);

struct OddGranule : BufferPages {
  static constexpr std::size_t kGranuleBytes = 100;
};
static_assert(PageSource<BufferPages> && !PageSource<OddGranule>);
static_assert(PageSource<FailingPages<MmapPages>> && PageSource<SbrkPages>);
static_assert(kTakesBackAnyRun<MmapPages> && kTakesBackAnyRun<FailingPages<MmapPages>>);
static_assert(!kTakesBackAnyRun<SbrkPages> && !kTakesBackAnyRun<FailingPages<BufferPages>>);
static_assert(!PageSource<Model>);
static_assert(!FreeIndex<Model>);

// Row 27: any variant is chosen by a name known only at run time.
TEST(Registry, VisitsEachVariantByItsNameAndNothingElse) {
  std::size_t visited = 0;
  for (const std::string_view name : Variants::kNames) {
    const bool found = Variants::Visit<BufferPages>(name, [&]<Allocator A>() {
      ++visited;
      static_assert(A::kAlignment >= 16);
    });
    EXPECT_TRUE(found) << name;
  }
  EXPECT_EQ(visited, Variants::kNames.size());
  EXPECT_FALSE(Variants::Visit<BufferPages>("no_such_variant", [&]<Allocator A>() { ++visited; }));
  EXPECT_FALSE(Variants::Visit<BufferPages>("", [&]<Allocator A>() { ++visited; }));
  EXPECT_EQ(visited, Variants::kNames.size());
}

TEST(Registry, NamesLeadToTheirTypes) {
  bool same = false;
  Variants::Visit<BufferPages>("boundary_tags", [&]<Allocator A>() {
    same = std::same_as<A, BlockHeap<BufferPages, ListIndex<LifoOrder, FromFront>>>;
  });
  EXPECT_TRUE(same);
}

}  // namespace
}  // namespace alloclab
