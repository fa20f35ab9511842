// Row 7: every way of running out of memory. One seeded script is run over a page source that
// refuses its first request, its second, and so on, once or from then on for ever, until the whole
// script runs without a refusal; then over a source that is simply empty at some point.

#include <gtest/gtest.h>

#include <cerrno>
#include <random>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

template <class A>
class OutOfMemory : public EveryVariant<A> {};
TYPED_TEST_SUITE(OutOfMemory, WalkableVariants, WalkableName);

// The script over `source`: every kind of call; the heap and all bytes of all blocks are looked at
// after each. An answer is null, or a resize false, only if the source refused something meanwhile.
template <class A>
void RunScript(std::uint64_t seed, ArenaPages& source) {
  Shadowed<A> heap(source);
  std::mt19937_64 random(seed);
  std::vector<void*> live;
  for (int step = 0; step < 90; ++step) {
    const std::size_t n = random() % 4 == 0 ? random() % 9000 : random() % 400;
    const std::size_t at = live.empty() ? 0 : random() % live.size();
    const std::uint64_t refused = source.refused();
    const std::uint64_t draw = random() % 10;
    void* p = nullptr;
    errno = 0;
    if (live.empty() || draw < 3) {
      live.push_back(p = Malloc(heap, n));
    } else if (draw == 3) {
      live.push_back(p = Calloc(heap, 3, n));
    } else if (draw == 4) {
      live.push_back(p = Memalign(heap, std::size_t{32} << (random() % 6), n));
    } else if (draw < 8) {
      p = Realloc(heap, live[at], n + 1);
      if (p != nullptr) live[at] = p;
    } else {
      heap.Free(live[at]);
      p = live[at];
      live[at] = live.back();
      live.pop_back();
    }
    if (p == nullptr) {
      ASSERT_EQ(errno, ENOMEM) << "step " << step;
      ASSERT_GT(source.refused(), refused) << "null, and nobody refused; step " << step;
    }
    std::erase(live, nullptr);
    ASSERT_EQ(Explain(heap.Check({}, source.BytesHeld())), "") << "step " << step;
  }
  heap.FreeAll();
  ASSERT_EQ(Explain(heap.Check({}, source.BytesHeld())), "") << "after the last free";
}

TYPED_TEST(OutOfMemory, C7EveryRefusalLeavesAValidHeap) {
  const std::uint64_t seed = PrintedSeed(7);
  for (const bool for_ever : {false, true}) {
    std::uint64_t request = 0;
    for (bool reached = true; reached; ++request) {
      ArenaPages source(std::size_t{1} << 20);
      source.Refuse(request, for_ever ? std::uint64_t{1} << 62 : 1);
      RunScript<TypeParam>(seed, source);
      ASSERT_FALSE(this->HasFatalFailure())
          << "request " << request << (for_ever ? " and all after it" : "") << ", seed " << seed;
      reached = source.refused() != 0;
    }
    EXPECT_GT(request, 5u) << "the script hardly asks for anything";
  }
}

TYPED_TEST(OutOfMemory, C7ExhaustionAnswersNullAndEndsWithTheFirstFree) {
  std::vector<void*> blocks;
  errno = 0;
  while (void* p = Malloc(this->heap, 1000)) {
    blocks.push_back(p);
    ASSERT_LE(blocks.size(), kArenaBytes / 1000) << "more was handed out than there is";
  }
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_GT(blocks.size(), kArenaBytes / 1000 * 9 / 10);
  EXPECT_EQ(this->Check(), "");
  for (void* p : blocks) this->heap.Free(p);
  EXPECT_NE(this->heap.Allocate(1000), nullptr);
}

}  // namespace
}  // namespace alloclab
