// LiveTable against a map.

#include "traces/live_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <map>
#include <random>

namespace alloclab {
namespace {

TEST(LiveTable, KnowsNoNumberThatWasNotGivenOut) {
  LiveTable<std::uint64_t> table;
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1024}, UINT64_MAX}) {
    EXPECT_EQ(table.Take(id), 0u) << id;
    EXPECT_EQ(table.Find(id), nullptr) << id;
  }
  for (std::uint64_t id = 0; id < 1024; ++id) table.Insert(id + 1);
  EXPECT_EQ(table.Take(1024), 0u);  // on the page that is not there yet
  EXPECT_EQ(table.Find(1024), nullptr);
  EXPECT_EQ(table.Take(1023), 1024u);
  EXPECT_EQ(table.Take(1023), 0u);
}

// Phases of growing and of dying, so that pages empty out and are used again.
TEST(LiveTable, AgreesWithAMap) {
  constexpr std::uint64_t kSeed = 11;
  std::mt19937_64 random(kSeed);
  LiveTable<std::uint64_t> table;
  std::map<std::uint64_t, std::uint64_t> model;
  std::uint64_t next = 0;
  for (int phase = 0; phase < 40; ++phase) {
    const std::uint64_t makes_of_8 = phase % 2 == 0 ? 6 : 1;
    for (int i = 0; i < 3000; ++i) {
      if (random() % 8 < makes_of_8) {
        const std::uint64_t value = random() | 1;
        table.Insert(value);
        model[next++] = value;
        continue;
      }
      // The old ones as often as the young, and sometimes one that is dead or never was.
      std::uint64_t id = random() % (next + 100);
      if (const auto at = model.lower_bound(id); at != model.end() && random() % 4 != 0) {
        id = at->first;
      }
      const auto found = model.find(id);
      std::uint64_t* seen = table.Find(id);
      ASSERT_EQ(seen == nullptr ? 0 : *seen, found == model.end() ? 0 : found->second) << id;
      ASSERT_EQ(table.Take(id), found == model.end() ? 0 : found->second) << id;
      if (found != model.end()) model.erase(found);
    }
  }
  for (const auto& [id, value] : model) ASSERT_EQ(table.Take(id), value) << id;
}

}  // namespace
}  // namespace alloclab
