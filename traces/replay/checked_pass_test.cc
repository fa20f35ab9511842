// Every variant comes through the checked pass, and allocators with a planted bug do not: the pass
// stops at the operation where the bug first shows and names the rule.

#include "traces/replay/checked_pass.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

struct Outcome {
  std::string rule;  // empty when none was broken
  std::uint64_t failures = 0;
  std::uint64_t at = 0;
};

template <class A, class Held>
Outcome RunOn(Shadowed<A>& allocator, const Program& program, Held held) {
  const Ops tail = TailOfFrees(program);
  Ops ops = program.ops;
  ops.insert(ops.end(), tail.begin(), tail.end());
  std::vector<void*> slots(program.slots);
  Outcome outcome;
  const CheckedResult result = RunChecked(allocator, ops.data(), ops.data() + program.ops.size(),
                                          ops.data() + ops.size(), slots.data(), held, outcome.at);
  if (result.violation != nullptr) outcome.rule = RuleName(result.violation->rule);
  outcome.failures = result.failures;
  return outcome;
}

TEST(CheckedPass, EveryVariantComesThrough) {
  const std::uint64_t seed = TestSeed();
  for (const std::string_view name : Variants::kNames) {
    SCOPED_TRACE(name);
    const Program program = RandomProgram(seed);
    EXPECT_TRUE(Variants::Visit<MmapPages>(name, [&]<class A> {
      MmapPages pages;
      Shadowed<A> allocator(pages);
      const Outcome outcome =
          RunOn(allocator, program, [&pages] { return std::optional(pages.BytesHeld()); });
      EXPECT_EQ(outcome.rule, "");
      EXPECT_EQ(outcome.failures, 0u);
      EXPECT_EQ(outcome.at, program.ops.size() + TailOfFrees(program).size() - 1);
    }));
  }
}

enum class Bug { kNone, kOverlap, kMisaligned, kScribbles, kRefuses };

// Hands out pieces of a buffer, and misbehaves at the fifth allocation.
template <Bug kBug>
class Buggy {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = true;

  void* Allocate(std::size_t) noexcept {
    const bool now = ++allocations_ == 5;
    if (now && kBug == Bug::kRefuses) return nullptr;
    if (now && kBug == Bug::kOverlap) return buffer_ + used_ - 16;
    if (now && kBug == Bug::kMisaligned) return buffer_ + used_ + 8;
    if (now && kBug == Bug::kScribbles) buffer_[0] ^= std::byte{1};
    std::byte* block = buffer_ + used_;
    used_ += 64;
    return block;
  }
  void Free(void*) noexcept {}
  std::size_t UsableSize(const void* p) const noexcept { return p == nullptr ? 0 : 32; }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  alignas(16) std::byte buffer_[4096] = {};
  std::size_t used_ = 0;
  std::size_t allocations_ = 0;
};

template <Bug kBug>
Outcome OutcomeOf() {
  Program program;
  program.slots = 10;
  for (std::uint32_t slot = 0; slot < 10; ++slot) {
    program.ops.push_back({slot, OpKind::kMalloc, 0, 0, 32});
  }
  Shadowed<Buggy<kBug>> allocator;
  return RunOn(allocator, program, [] { return std::nullopt; });
}

TEST(CheckedPass, StopsWhereAPlantedBugShows) {
  EXPECT_EQ(OutcomeOf<Bug::kNone>().rule, "");
  EXPECT_EQ(OutcomeOf<Bug::kMisaligned>().rule, "alignment");
  EXPECT_EQ(OutcomeOf<Bug::kMisaligned>().at, 4u);
  // Seen when the contents of all live blocks are next looked at: after the last operation.
  EXPECT_EQ(OutcomeOf<Bug::kScribbles>().rule, "contents");
  EXPECT_EQ(OutcomeOf<Bug::kScribbles>().at, 9u);
}

TEST(CheckedPass, SeesBlocksOverlap) {
  // The fifth block reaches 16 bytes into where the sixth will be.
  EXPECT_EQ(OutcomeOf<Bug::kOverlap>().rule, "overlap");
  EXPECT_EQ(OutcomeOf<Bug::kOverlap>().at, 5u);
}

TEST(CheckedPass, CountsRefusedCalls) {
  EXPECT_EQ(OutcomeOf<Bug::kRefuses>().rule, "");
  EXPECT_EQ(OutcomeOf<Bug::kRefuses>().failures, 1u);
}

}  // namespace
}  // namespace alloclab
