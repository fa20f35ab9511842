// The sentence for every mistake, and seeds changed at random.

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "traces/import/import_cases.h"
#include "traces/import/import_fuzz.h"
#include "traces/open_trace.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

const Mistake kMistakesOfNoFormat[] = {
    {"", "1: fork 0x1\n",
     "case: is no trace: it begins neither like an archive nor with \"alloclab trace text 1\", nor "
     "like another tool's recording (android, rep, heaptrack, mtrace, dj); if it is one of these, "
     "say which (convert --from)"},
    {"perf", "x",
     "there is no format \"perf\" to import; there are: android, rep, heaptrack, mtrace, "
     "dj"},
};

std::string ErrorOf(const std::string& bytes, const std::string& format) {
  try {
    OpenTraceBytes("case", bytes, format);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

TEST(Import, MistakesNameLineFindingAndMend) {
  std::vector<Mistake> mistakes(std::begin(kMistakesOfNoFormat), std::end(kMistakesOfNoFormat));
  for (const FormatCases& cases : AllFormatCases()) {
    EXPECT_FALSE(cases.mistakes.empty()) << cases.format;
    mistakes.insert(mistakes.end(), cases.mistakes.begin(), cases.mistakes.end());
  }
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(ErrorOf(mistake.bytes, mistake.format), mistake.sentence);
  }
}

TEST(Import, SeedsChangedAtRandomAreReadOrRefused) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  int read = 0, refused = 0;
  for (const Answer& answer : AllAnswers()) {
    const std::string whole = Seed(answer.seed);
    const std::string name = answer.seed;
    const std::string format = name.substr(0, name.find('/'));
    for (int round = 0; round < 300; ++round) {
      std::string bytes = whole;
      for (std::uint64_t change = random() % 3; change < 3; ++change) {
        // A byte from elsewhere in the file makes sense more often than any byte.
        bytes[random() % bytes.size()] =
            random() % 4 == 0 ? static_cast<char>(random()) : whole[random() % whole.size()];
      }
      ++(CheckImport(format, bytes) ? read : refused);
    }
  }
  EXPECT_GT(read, 100) << "seed " << seed;
  EXPECT_GT(refused, 100) << "seed " << seed;
}

}  // namespace
}  // namespace alloclab
