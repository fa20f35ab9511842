// What every conformance test builds on: a variant over a page source of its own, under the
// checker.

#ifndef ALLOCLAB_ALLOCATOR_TESTS_CONFORMANCE_H_
#define ALLOCLAB_ALLOCATOR_TESTS_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/failing_pages.h"
#include "allocator/shadowed.h"
#include "allocator/variants.h"

namespace alloclab {

// A page source over memory of its own.
class ArenaPages : public FailingPages<BufferPages> {
 public:
  explicit ArenaPages(std::size_t bytes) : ArenaPages(std::vector<std::byte>(bytes)) {}

 private:
  explicit ArenaPages(std::vector<std::byte> memory)
      : FailingPages<BufferPages>(std::span<std::byte>(memory)), memory_(std::move(memory)) {}
  std::vector<std::byte> memory_;
};
static_assert(PageSource<ArenaPages>);

inline constexpr std::size_t kArenaBytes = std::size_t{4} << 20;

// The variants that have a trait, as a list for typed tests, and their names: a test that says
// nothing of the others does not run, and look green, for them.
template <template <class> class Trait>
struct VariantsWith {
  template <class... A>
  struct Of {
    template <class... Picked>
    static ::testing::Types<typename Picked::type...> AsTypes(std::tuple<Picked...>);
    using Types = decltype(AsTypes(
        std::tuple_cat(std::conditional_t<Trait<A>::value, std::tuple<std::type_identity<A>>,
                                          std::tuple<>>()...)));

    template <class>
    static std::string GetName(int i) {
      constexpr bool kPicked[] = {Trait<A>::value...};
      std::size_t at = 0;
      for (int left = i + (kPicked[0] ? 0 : 1); left > 0; left -= kPicked[at] ? 1 : 0) ++at;
      return std::string(Variants::kNames[at]);
    }
  };
};

template <class A>
using IsWalkable = std::bool_constant<kWalkable<A>>;
template <class A>
using Merges = std::bool_constant<kMergesNeighbours<A>>;

using WalkableName = Variants::All<ArenaPages, VariantsWith<IsWalkable>::Of>;
using WalkableVariants = WalkableName::Types;
using MergingName = Variants::All<ArenaPages, VariantsWith<Merges>::Of>;
using MergingVariants = MergingName::Types;

template <Allocator A>
std::size_t BlocksIn(const A& a, BlockState state) {
  std::size_t count = 0;
  a.Walk([&](const BlockView& block) { count += block.state == state ? 1 : 0; });
  return count;
}

// Every block, in address order.
template <Allocator A>
std::vector<BlockView> BlocksOf(const A& a) {
  std::vector<BlockView> blocks;
  a.Walk([&](const BlockView& block) { blocks.push_back(block); });
  return blocks;
}

// The sentence of a violation, for EXPECT_EQ(Explain(...), "").
inline std::string Explain(const Violation* violation) {
  if (violation == nullptr) return "";
  return std::string(RuleName(violation->rule)) + ": " + violation->text + " (operation " +
         std::to_string(violation->operation) + ")";
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_TESTS_CONFORMANCE_H_
