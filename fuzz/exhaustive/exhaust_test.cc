// Every shipped variant holds in every short program, and an allocator that is wrong is found, with
// a program of the fewest calls.

#include "fuzz/exhaustive/exhaust.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <type_traits>
#include <vector>

#include "allocator/variants/boundary_tags.h"
#include "fuzz/exhaustive/programs.h"
#include "fuzz/exhaustive/variant_programs.h"
#include "traces/text_format.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

// Sanitized, each operation more is most of a minute.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCLAB_SANITIZED
#endif
#endif
#ifdef ALLOCLAB_SANITIZED
constexpr std::size_t kOperations = 4;
#else
constexpr std::size_t kOperations = 5;
#endif

RunProgram RunOn(const VariantPrograms& programs, std::size_t arena_bytes) {
  return [&programs, arena_bytes](std::span<const Event> events) {
    const CheckedResult result = programs.run(events, arena_bytes);
    return result.violation ? std::string(RuleName(result.violation->rule)) : std::string();
  };
}

std::vector<std::string> Lines(std::span<const Event> events) {
  std::vector<std::string> lines;
  for (const Event& event : events) lines.push_back(FormatEvent(event));
  return lines;
}

// All programs were run, and are as many as the alphabet has (programs_test).
void ExpectAllFine(std::string_view name, const Alphabet& alphabet, std::size_t operations) {
  SCOPED_TRACE(name);
  const VariantPrograms programs = ProgramsOfVariant(name).value();
  const ExhaustResult result =
      Exhaust(alphabet, RunOn(programs, alphabet.arena_bytes), {.operations = operations});
  EXPECT_EQ(result.verdict, "");
  EXPECT_TRUE(result.program.empty());
  ASSERT_EQ(result.lengths.size(), operations);
  for (std::size_t i = 0; i < operations; ++i) {
    EXPECT_EQ(result.lengths[i].programs, CountPrograms(alphabet, i + 1)) << i + 1;
    EXPECT_EQ(result.lengths[i].run, result.lengths[i].programs) << i + 1;
  }
}

class EveryVariant : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryVariant, HoldsInEveryShortProgram) {
  const VariantPrograms programs = ProgramsOfVariant(GetParam()).value();
  ExpectAllFine(GetParam(), EdgeAlphabet(programs.edges, programs.arena_bytes), kOperations);
  ExpectAllFine(GetParam(), ExtremeAlphabet(programs.edges), kOperations - 2);
}

INSTANTIATE_TEST_SUITE_P(Variants, EveryVariant, testing::ValuesIn(WalkableVariants()),
                         [](const auto& variant) { return std::string(variant.param); });

TEST(ProgramsOfVariant, AreThereForWhatCanBeWalked) {
  EXPECT_GE(WalkableVariants().size(), 10u);
  EXPECT_FALSE(ProgramsOfVariant("system").has_value());
  EXPECT_FALSE(ProgramsOfVariant("no_such_variant").has_value());
}

// Right but for one thing: what it does with a request that follows two frees in a row.
template <PageSource Pages, class Mistake>
class WrongAfterTwoFrees {
 public:
  static constexpr std::size_t kAlignment = BoundaryTags<Pages>::kAlignment;
  static constexpr bool kThreadSafe = false;

  explicit WrongAfterTwoFrees(Pages& pages) noexcept : heap_(pages) {}
  void* Allocate(std::size_t n) noexcept {
    if (frees_ >= 2) n = Mistake()(n);
    frees_ = 0;
    return heap_.Allocate(n);
  }
  void Free(void* p) noexcept {
    heap_.Free(p);
    ++frees_;
  }
  std::size_t UsableSize(const void* p) const noexcept { return heap_.UsableSize(p); }
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    heap_.Walk(visit);
  }
  Verdict CheckIndex() const noexcept { return heap_.CheckIndex(); }

 private:
  BoundaryTags<Pages> heap_;
  int frees_ = 0;
};

struct GivesOneByteLess {
  std::size_t operator()(std::size_t n) const { return n - 1; }
};
struct Dies {
  std::size_t operator()(std::size_t) const {
    std::raise(SIGKILL);
    return 0;
  }
};
struct NeverEnds {
  std::size_t operator()(std::size_t n) const {
    for (volatile bool forever = true; forever;) {
    }
    return n;
  }
};

template <class Mistake>
ExhaustResult ExhaustWrong(const ExhaustLimits& limits) {
  const VariantPrograms programs = ProgramsOf<WrongAfterTwoFrees<CheckedPages, Mistake>>();
  return Exhaust(EdgeAlphabet(programs.edges, programs.arena_bytes),
                 RunOn(programs, programs.arena_bytes), limits);
}

// One byte less is seen just where a block of the class below is one byte too small. A realloc that
// moves its block frees, too, so there is a program of a call less than one thinks of first.
TEST(Exhaust, FindsTheFewestCallsThatShowAMistake) {
  const ExhaustResult result = ExhaustWrong<GivesOneByteLess>({.operations = 6});
  EXPECT_EQ(result.verdict, "usable size");
  EXPECT_EQ(Lines(result.program), (std::vector<std::string>{"0 = malloc 24", "1 = realloc 0 25",
                                                             "free 1", "2 = malloc 25"}));
  ASSERT_EQ(result.lengths.size(), 4u);
  EXPECT_EQ(result.lengths[2].run, result.lengths[2].programs);
  EXPECT_LT(result.lengths[3].run, result.lengths[3].programs);
}

TEST(Exhaust, FindsNothingInProgramsThatAreTooShort) {
  const ExhaustResult result = ExhaustWrong<GivesOneByteLess>({.operations = 3});
  EXPECT_EQ(result.verdict, "");
  EXPECT_EQ(result.lengths.size(), 3u);
}

TEST(Exhaust, KnowsTheProgramThatEndedTheProcess) {
  const ExhaustResult result = ExhaustWrong<Dies>({.operations = 6});
  EXPECT_EQ(result.verdict, "crash");
  EXPECT_EQ(Lines(result.program), (std::vector<std::string>{"0 = malloc 24", "1 = realloc 0 25",
                                                             "free 1", "2 = malloc 24"}));
}

TEST(Exhaust, KnowsTheProgramThatDoesNotEnd) {
  const ExhaustResult result = ExhaustWrong<NeverEnds>({.operations = 6, .program_seconds = 1});
  EXPECT_EQ(result.verdict, "time-out");
  EXPECT_EQ(result.program.size(), 4u);
}

TEST(Exhaust, EndsWhenTheTimeIsOver) {
  const VariantPrograms programs = ProgramsOfVariant("bump").value();
  const ExhaustResult result = Exhaust(EdgeAlphabet(programs.edges, programs.arena_bytes),
                                       RunOn(programs, programs.arena_bytes), {.seconds = 0.1});
  EXPECT_EQ(result.verdict, "");
  EXPECT_GE(result.seconds, 0.1);
  ASSERT_FALSE(result.lengths.empty());
  EXPECT_LT(result.lengths.back().run, result.lengths.back().programs);
  EXPECT_GT(result.programs_run(), 0u);
}

}  // namespace
}  // namespace alloclab
