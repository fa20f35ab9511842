// What does not fit is counted as a model that knows addresses only counts it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <sstream>

#include "traces/import/import_fuzz.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

TEST(Import, EveryCallThatDoesNotFitIsCounted) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::string text;
  const auto pointer = [&] { return 0x1000 + 0x10 * (random() % 6); };
  for (int i = 0; i < 4000; ++i) {
    const std::uint64_t kind = random() % 3;
    if (kind == 0) text += fmt::format("1: malloc {:#x} 8\n", pointer());
    if (kind == 1) text += fmt::format("1: free {:#x}\n", pointer());
    if (kind == 2) text += fmt::format("1: realloc {:#x} {:#x} 8\n", pointer(), pointer());
  }
  EXPECT_TRUE(CheckImport("android", text)) << "seed " << seed;
  // The same calls by a model that knows addresses only.
  std::set<std::string> live;
  int unknown_frees = 0, unknown_resizes = 0, overtaken = 0;
  std::istringstream words(text);
  std::string thread, name, first, second, size;
  const auto put = [&](const std::string& address) {
    overtaken += live.insert(address).second ? 0 : 1;
  };
  while (words >> thread >> name >> first) {
    if (name == "free") {
      unknown_frees += live.erase(first) == 0 ? 1 : 0;
      continue;
    }
    if (name == "realloc") {
      words >> second;
      unknown_resizes += live.erase(second) == 0 ? 1 : 0;
    }
    words >> size;
    put(first);
  }
  const auto reader = OpenTraceBytes("mess", text);
  EXPECT_EQ(
      FindMetadata(reader->metadata(), "tainted"),
      fmt::format("{} frees of blocks whose allocation was not seen were left out; {} reallocs of "
                  "blocks whose ",
                  unknown_frees, unknown_resizes) +
          fmt::format("allocation was not seen became reallocs of NULL; {} allocations at the "
                      "address of a live block, which was freed first.",
                      overtaken))
      << "seed " << seed;
  EXPECT_EQ(ReadAll(*reader).size(), static_cast<std::size_t>(4000 - unknown_frees + overtaken));
}

}  // namespace
}  // namespace alloclab
