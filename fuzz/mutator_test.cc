// The mutator's programs are well formed and within bounds, and each kind of change happens.

#include "fuzz/mutator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "fuzz/operation.h"
#include "fuzz/program.h"

namespace alloclab {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Record = std::vector<std::uint8_t>;

// Eight operations that are told apart by each of their bytes.
Bytes Eight() {
  Bytes bytes = {5};
  for (std::uint8_t i = 1; i <= 8; ++i) {
    bytes.insert(bytes.end(),
                 {i, static_cast<std::uint8_t>(100 + i), static_cast<std::uint8_t>(150 + i),
                  static_cast<std::uint8_t>(200 + i)});
  }
  return bytes;
}

std::vector<Record> Operations(const Bytes& bytes) {
  std::vector<Record> operations;
  for (std::size_t i = 1; i + 4 <= bytes.size(); i += 4) {
    operations.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                            bytes.begin() + static_cast<std::ptrdiff_t>(i + 4));
  }
  return operations;
}

TEST(MutateProgram, KeepsWholeOperationsAndTheLimit) {
  SplitMix random(1);
  for (std::uint64_t n = 0; n < 3000; ++n) {
    const Bytes input = n % 3 == 0 ? Bytes{} : RandomInput(7, n, 120);
    const std::size_t limit = 1 + random.Next() % 130;
    const Bytes output = MutateProgram(input, limit, random);
    ASSERT_FALSE(output.empty());
    ASSERT_LE(output.size(), limit);
    ASSERT_EQ(output.size() % 4, 1u) << "an arena, and operations of four bytes";
  }
}

TEST(MutateProgram, TheSameSeedMakesTheSameProgram) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SplitMix a(seed);
    SplitMix b(seed);
    EXPECT_EQ(MutateProgram(Eight(), 401, a), MutateProgram(Eight(), 401, b));
  }
}

// Every change that mutator.h promises is seen among the results, on its own.
TEST(MutateProgram, MakesEveryKindOfChange) {
  const Bytes before = Eight();
  const std::vector<Record> old = Operations(before);
  std::map<std::string, int> seen;
  SplitMix random(3);
  for (int i = 0; i < 20000; ++i) {
    const Bytes after = MutateProgram(before, 401, random);
    const std::vector<Record> now = Operations(after);
    if (after[0] != before[0] && now == old) ++seen["arena"];
    if (now.size() < old.size() && std::includes(old.begin(), old.end(), now.begin(), now.end())) {
      ++seen["removed"];
    }
    if (now.size() > old.size()) {
      std::vector<Record> kept;
      for (const Record& each : now) {
        if (std::find(old.begin(), old.end(), each) != old.end()) kept.push_back(each);
      }
      if (kept == old) ++seen["inserted"];
      if (kept.size() == now.size()) ++seen["repeated"];
    }
    if (now.size() == old.size() && now != old) {
      if (std::is_permutation(now.begin(), now.end(), old.begin())) ++seen["moved"];
      int differing = 0;
      bool size_of_another = false;
      for (std::size_t at = 0; at < now.size(); ++at) {
        if (now[at] == old[at]) continue;
        ++differing;
        for (const Record& other : old) {
          size_of_another |= other != old[at] && now[at][0] == old[at][0] &&
                             now[at][1] == old[at][1] && now[at][2] == other[2] &&
                             now[at][3] == other[3];
        }
      }
      if (differing == 1) ++seen["changed"];
      if (differing == 1 && size_of_another) ++seen["size copied"];
    }
  }
  for (const char* change :
       {"arena", "removed", "inserted", "repeated", "moved", "changed", "size copied"}) {
    EXPECT_GT(seen[change], 50) << change;
  }
}

TEST(MutateProgram, FromNothingItReachesEveryKindOfOperation) {
  std::set<OperationKind> kinds;
  SplitMix random(4);
  for (int i = 0; i < 2000; ++i) {
    for (const Record& each : Operations(MutateProgram({}, 401, random))) {
      kinds.insert(Operation{each[0], each[1], each[2], each[3]}.kind());
    }
  }
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(OperationKind::kFreeNull) + 1);
}

TEST(SplicePrograms, TakesTheBeginningOfOneAndTheEndOfTheOther) {
  Bytes other = Eight();
  for (std::size_t i = 1; i < other.size(); i += 4)
    other[i] = static_cast<std::uint8_t>(other[i] + 20);
  const std::vector<Record> a = Operations(Eight());
  const std::vector<Record> b = Operations(other);
  SplitMix random(5);
  std::set<std::size_t> lengths;
  for (int i = 0; i < 500; ++i) {
    const Bytes spliced = SplicePrograms(Eight(), other, 401, random);
    EXPECT_EQ(spliced[0], 5);
    const std::vector<Record> now = Operations(spliced);
    lengths.insert(now.size());
    std::size_t front = 0;
    while (front < std::min(now.size(), a.size()) && now[front] == a[front]) ++front;
    const std::size_t back = now.size() - front;
    ASSERT_LE(back, b.size());
    EXPECT_TRUE(std::equal(now.end() - static_cast<std::ptrdiff_t>(back), now.end(),
                           b.end() - static_cast<std::ptrdiff_t>(back)));
    EXPECT_LE(SplicePrograms(Eight(), other, 9, random).size(), 9u);
  }
  EXPECT_EQ(*lengths.begin(), 0u);
  EXPECT_EQ(*lengths.rbegin(), 16u);
}

}  // namespace
}  // namespace alloclab
