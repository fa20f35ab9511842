// The fixture of typed tests that run over every variant, the system's allocator included: a heap
// under the checker, over an arena of its own.

#ifndef ALLOCLAB_ALLOCATOR_TESTS_EVERY_VARIANT_H_
#define ALLOCLAB_ALLOCATOR_TESTS_EVERY_VARIANT_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "allocator/tests/conformance.h"

namespace alloclab {

template <class A>
class EveryVariant : public ::testing::Test {
 protected:
  static constexpr bool kSeen = kWalkable<A>;  // takes its memory from our arena, and can be walked

  // Whatever a test leaves behind is freed, and the heap looked at a last time.
  void TearDown() override {
    heap.FreeAll();
    EXPECT_EQ(Check(), "");
  }

  using Depth = typename Shadowed<A>::Depth;
  std::string Check(Depth depth = Depth::kEverything) { return Explain(heap.Check(depth, Held())); }
  std::optional<std::size_t> Held() const {
    return kSeen ? std::optional(pages.BytesHeld()) : std::nullopt;
  }

  ArenaPages pages{kArenaBytes};
  Shadowed<A> heap{pages};
};

struct VariantName {
  template <class A>
  static std::string GetName(int i) {
    return std::string(Variants::kNames[static_cast<std::size_t>(i)]);
  }
};
using AllVariants = Variants::All<ArenaPages, ::testing::Types>;

// The seed of a random test, printed before it starts; ALLOCLAB_SEED runs another one.
inline std::uint64_t PrintedSeed(std::uint64_t otherwise) {
  const char* wanted = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed = wanted == nullptr ? otherwise : std::strtoull(wanted, nullptr, 10);
  std::cout << "seed " << seed << " (ALLOCLAB_SEED=" << seed << " runs it again)\n";
  return seed;
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_TESTS_EVERY_VARIANT_H_
