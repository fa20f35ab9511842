// Random calls on a checked heap, for allocators that are made of others: whatever lies between the
// variant and the caller, the checker is to see no difference.

#ifndef ALLOCLAB_ALLOCATOR_TESTS_RANDOM_CALLS_H_
#define ALLOCLAB_ALLOCATOR_TESTS_RANDOM_CALLS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "allocator/tests/conformance.h"

namespace alloclab {

// 3000 calls of every kind that A has, the checker looking at the heap after each, until all is
// free again. `now_and_then(a)` is called on the allocator under the checker.
template <Allocator A, class NowAndThen = decltype([](A&) {})>
void MakeRandomCalls(Shadowed<A>& heap, const ArenaPages& pages, std::uint64_t seed,
                     NowAndThen now_and_then = {}) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::vector<void*> live;
  for (int i = 0; i < 3000; ++i) {
    // ThreadSanitizer's own malloc(0) has a usable byte that it does not like to see used.
    constexpr std::size_t kLeast = kWalkable<A> ? 0 : 1;
    const std::size_t n = kLeast + random() % (random() % 8 == 0 ? 20000 : 300);
    const std::size_t at = live.empty() ? 0 : random() % live.size();
    switch (random() % (live.size() > 100 ? 9 : 6)) {
      case 0:
        if constexpr (AllocatesAligned<A>) {
          live.push_back(heap.AllocateAligned(n, std::size_t{1} << (random() % 13)));
        }
        break;
      case 1:
        live.push_back(heap.AllocateZeroed(n));
        break;
      case 2:
        if (live.empty()) break;
        if (void* p = heap.Reallocate(live[at], n + 1)) live[at] = p;
        break;
      case 3:
        if (i % 10 == 0) now_and_then(heap.inner());
        break;
      case 4:
      case 5:
        live.push_back(heap.Allocate(n));
        break;
      default:
        heap.Free(live[at]);
        live[at] = live.back();
        live.pop_back();
    }
    std::erase(live, nullptr);
    std::optional<std::size_t> held;
    if (kWalkable<A>) held = pages.BytesHeld();
    ASSERT_EQ(Explain(heap.Check(Shadowed<A>::Depth::kStructure, held)), "") << "step " << i;
  }
  heap.FreeAll();
  EXPECT_EQ(Explain(heap.Check()), "");
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_TESTS_RANDOM_CALLS_H_
