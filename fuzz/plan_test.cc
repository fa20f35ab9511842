// Plans: which programs one input is, and that a fault that only they reach is found.

#include "fuzz/plan.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "allocator/variants.h"
#include "fuzz/random_input.h"
#include "fuzz/run.h"
#include "traces/event_kind.h"

namespace alloclab {
namespace {

using Bytes = std::vector<std::uint8_t>;

// malloc 100, malloc 200, free the first, free the last, over 1 KiB.
const Bytes kTwoBlocks = {0, 0, 0, 0, 100, 0, 0, 0, 200, 18, 128, 0, 0, 18, 0, 0, 0};

std::string Text(const FuzzProgram& program) { return TraceText(program, "x", ""); }

TEST(OpsPlan, IsTheProgramOnce) {
  OpsPlan plan(kTwoBlocks);
  const auto program = plan.Next(nullptr);
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(Text(*program), Text(DecodeFuzzProgram(kTwoBlocks)));
  const CheckedResult fine;
  EXPECT_FALSE(plan.Next(&fine).has_value());
}

TEST(OomPlan, RefusesEachRequestOnceAndForGoodUntilThereAreNoMore) {
  OomPlan plan(kTwoBlocks);
  CheckedResult refused;
  refused.pages_refused = 1;
  const CheckedResult none;
  std::vector<std::uint64_t> orders;
  for (auto program = plan.Next(nullptr); program;) {
    EXPECT_EQ(program->events.size(), 5u);
    EXPECT_EQ(program->events[0].kind, EventKind::kMarker);
    orders.push_back(program->events[0].size);
    program = plan.Next(orders.size() < 5 ? &refused : &none);
  }
  EXPECT_EQ(orders, (std::vector<std::uint64_t>{1, 255, 256 + 1, 256 + 255, 2 * 256 + 1}));
}

TEST(OomPlan, EndsWhereTheSourceIsNeverAskedSoOften) {
  std::size_t programs = 0;
  OomPlan plan(kTwoBlocks);
  CheckedResult result;
  for (auto program = plan.Next(nullptr); program; program = plan.Next(&result)) {
    result = RunFuzzProgram<BoundaryTags<CheckedPages>, OomPlan>(*program);
    EXPECT_FALSE(result.violation.has_value());
    ++programs;
  }
  // Two requests or three, each refused in two ways, and a last one that refuses nothing.
  EXPECT_GE(programs, 5u);
  EXPECT_LE(programs, 7u);
}

TEST(LargePlan, BlocksOfMiBAndGiBAndNothingLargeIsCopied) {
  // malloc 31 MiB, malloc 2^31 and half more, realloc of the last to 1.5 times 2^25.
  const Bytes input = {2, 0, 0, 0xF9, 0, 0, 0, 0xA2, 0x80, 35, 0, 0x72, 0x80};
  EXPECT_EQ(Text(DecodeLargeProgram(input)),
            "alloclab trace text 1\n"
            "# arena: 68719476704\n"
            "# allocator: x\n"
            "# fuzz_program_version: 3\n"
            "\n"
            "0 = malloc 32505856\n"
            "1 = malloc 3221225472\n"
            "free 1\n");
  std::set<EventKind> seen;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    const FuzzProgram program = DecodeLargeProgram(RandomInput(1, n, 400));
    std::vector<std::uint64_t> sizes;
    for (const Event& event : program.events) {
      std::uint64_t bytes = RequestedBytes(event);
      if (event.id != kNoAllocation) sizes.push_back(bytes);
      if (event.failed || !MakesAllocation(event)) continue;
      seen.insert(event.kind);
      if (event.ref != kNoAllocation) bytes = std::min(bytes, sizes[event.ref]);
      if (event.kind == EventKind::kCalloc || event.ref != kNoAllocation) {
        ASSERT_LE(bytes, kMostCopied);
      }
    }
  }
  EXPECT_TRUE(seen.contains(EventKind::kCalloc));
  EXPECT_TRUE(seen.contains(EventKind::kRealloc));
}

// Keeps what it is handed, but forgets where it was when the source refuses for the first time.
class Forgetful : public BoundaryTags<CheckedPages> {
 public:
  explicit Forgetful(CheckedPages& pages) noexcept
      : BoundaryTags<CheckedPages>(pages), pages_(&pages) {}
  void Free(void* p) noexcept {
    if (pages_->refused() == 0) BoundaryTags<CheckedPages>::Free(p);
  }

 private:
  CheckedPages* pages_;
};

TEST(RunFuzzInput, OnlyTheSweepReachesWhatARefusalBreaks) {
  EXPECT_FALSE((RunFuzzInput<Forgetful, OpsPlan>(kTwoBlocks)).has_value());
  const auto finding = RunFuzzInput<Forgetful, OomPlan>(kTwoBlocks);
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(finding->rule, "walk");
  // Told so that it can be replayed: with the refusal that it takes.
  EXPECT_EQ(finding->program.events[0].kind, EventKind::kMarker);
}

// Dies when a request is refused after one that was not.
class Mortal : public BoundaryTags<CheckedPages> {
 public:
  using BoundaryTags<CheckedPages>::BoundaryTags;
  void* Allocate(std::size_t n) noexcept {
    void* p = BoundaryTags<CheckedPages>::Allocate(n);
    if (p == nullptr && granted_) std::abort();
    granted_ = granted_ || p != nullptr;
    return p;
  }

 private:
  bool granted_ = false;
};

TEST(FindDeath, NamesTheProgramOfThePlanThatKills) {
  const FuzzFinding finding = FindDeath<Mortal, OomPlan>(kTwoBlocks, "it died");
  EXPECT_EQ(finding.rule, "crash");
  EXPECT_EQ(finding.sentence, "it died");
  EXPECT_NE(finding.program.events[0].size % 256, 0u);
  EXPECT_GE(finding.program.events[0].size, 256u) << "the first request must be granted";
}

}  // namespace
}  // namespace alloclab
