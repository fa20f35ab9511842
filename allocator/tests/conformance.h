// What every conformance test builds on: a variant over a page source of its own, under the
// checker.

#ifndef ALLOCLAB_ALLOCATOR_TESTS_CONFORMANCE_H_
#define ALLOCLAB_ALLOCATOR_TESTS_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <cstddef>
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

template <Allocator A>
std::size_t BlocksIn(const A& a, BlockState state) {
  std::size_t count = 0;
  a.Walk([&](const BlockView& block) { count += block.state == state ? 1 : 0; });
  return count;
}

// The sentence of a violation, for EXPECT_EQ(Explain(...), "").
inline std::string Explain(const Violation* violation) {
  if (violation == nullptr) return "";
  return std::string(RuleName(violation->rule)) + ": " + violation->text + " (operation " +
         std::to_string(violation->operation) + ")";
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_TESTS_CONFORMANCE_H_
