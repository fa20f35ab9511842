// Every case in fuzz/regressions on every variant over an arena (all but the opaque `system`):
// inputs that broke allocators, ours or others, each told at its top. The checker must find
// nothing; and where free neighbours are merged, calls not marked failed succeed, for the cases
// leave room. (Others may run out where the arena is tight.)

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "allocator/variants.h"
#include "traces/checked/checked.h"
#include "traces/open_trace.h"

namespace alloclab {
namespace {

constexpr std::size_t kMaxArenaBytes = std::size_t{1} << 20;

std::vector<std::string> Cases() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("fuzz/regressions")) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

template <Allocator A>
void RunCase(const std::string& path, std::string_view variant) {
  const auto reader = OpenTrace(path);
  std::size_t bytes = std::stoul(FindMetadata(reader->metadata(), "arena"));
  ASSERT_LE(bytes, kMaxArenaBytes) << path;
  // The arenas are cut to headers of one word; an allocator that states larger ones gets more.
  if constexpr (requires { A::kHeaderBytes; }) bytes += bytes / 8 * (A::kHeaderBytes / 8);
  Arena arena(bytes);
  const CheckedResult result = ReplayChecked<A>(*reader, arena, bytes);
  if (result.violation) {
    FAIL() << path << " on " << variant << ": " << RuleName(result.violation->rule) << ": "
           << result.violation->text << " (event " << result.violation->operation << ")";
  }
  if constexpr (kMergesNeighbours<A>) {
    EXPECT_EQ(result.refused, 0u) << path << " on " << variant;
  }
}

TEST(Regressions, ThereAreSome) { EXPECT_GE(Cases().size(), 13u); }

TEST(Regressions, EveryCaseHoldsOnEveryVariant) {
  for (const std::string& path : Cases()) {
    for (const std::string_view variant : Variants::kNames) {
      const bool found = Variants::Visit<CheckedPages>(variant, [&]<Allocator A>() {
        // Under a sanitizer `system` is its malloc, which dies of absurd alignments.
        if constexpr (kWalkable<A>) RunCase<A>(path, variant);
      });
      EXPECT_TRUE(found) << variant;
    }
  }
}

}  // namespace
}  // namespace alloclab
