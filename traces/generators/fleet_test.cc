// The table of a fleet, and the trace made from it, against the table's own shares and rates.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include "traces/event_kind.h"
#include "traces/generators/expect_count.h"
#include "traces/generators/fleet_table.h"
#include "traces/generators/generated.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab::generators {
namespace {

// What is live keeps the table's shares, what is made its rates.
void ExpectFleet(const std::string& path, std::uint64_t seed) {
  constexpr std::uint64_t kLive = 5000;
  constexpr std::uint64_t kMade = 40'000;
  Arguments arguments = ArgumentsFor("fleet", {{"live", kLive}, {"allocations", kMade}});
  arguments.file = path;
  const std::vector<Event> events = EventsOf(arguments, seed);
  double rates = 0;
  double lives = 0;
  std::map<std::uint64_t, FleetRow> rows;
  for (const FleetRow& row : ReadFleetTable(path)) {
    if (row.size > arguments["most"]) continue;
    rows[row.size] = row;
    rates += row.rate;
    lives += row.live;
  }
  std::map<std::uint64_t, std::uint64_t> filled, made, live;
  std::map<std::uint64_t, std::uint64_t> size_of;
  const std::uint64_t filling =
      static_cast<std::uint64_t>(std::count_if(events.begin(), events.end(), MakesAllocation)) -
      kMade;
  for (const Event& event : events) {
    if (event.kind == EventKind::kFree) {
      --live[size_of.at(event.ref)];
      continue;
    }
    size_of[event.id] = event.size;
    ++(event.id < filling ? filled : made)[event.size];
    EXPECT_LE(++live[event.size], filled[event.size] + (event.id < filling ? 0 : 1));
  }
  double filled_in_all = 0;
  for (const auto& [size, row] : rows) {
    // Rounded to the nearest block, whatever the others are.
    EXPECT_NEAR(static_cast<double>(filled[size]), row.live / lives * kLive, 0.501) << size;
    filled_in_all += static_cast<double>(filled[size]);
    ExpectCount(made[size], kMade, row.rate / rates, seed, 6);
  }
  EXPECT_NEAR(filled_in_all, kLive, static_cast<double>(rows.size()) / 2);
  EXPECT_EQ(EventsOf(arguments, seed), events);
}

TEST(Fleet, KeepsTheSharesAndTheRates) {
  const std::uint64_t seed = TestSeed();
  const std::string path = TemporaryPath("table.csv");
  std::ofstream(path) << "# bytes, allocations, live\n"
                         "8, 1000.5, 20\r\n"
                         "\n"
                         "64,250,0.001\n"
                         "100, 1e2, 380\n"
                         "2097152, 5, 100000";  // larger than the most
  ExpectFleet(path, seed);
  const char* table = std::getenv("ALLOCLAB_FLEET_TABLE");
  if (table == nullptr) {
    std::cout
        << "ALLOCLAB_FLEET_TABLE names no table of fleetbench: only an invented one was read\n";
    return;
  }
  ExpectFleet(table, seed);
}

TEST(Fleet, TheSmallerLivesShorter) {
  const std::string path = TemporaryPath("table.csv");
  // As often made, and a hundred times as many live: a hundred times as long.
  std::ofstream(path) << "10,1,100\n20,1,10000\n";
  Arguments arguments = ArgumentsFor("fleet", {{"live", 1010}, {"allocations", 40'000}});
  arguments.file = path;
  const std::uint64_t seed = TestSeed();
  std::map<std::uint64_t, Event> live;
  std::map<std::uint64_t, std::pair<double, double>> lifetimes;  // sum, number
  std::uint64_t made = 0;
  for (const Event& event : EventsOf(arguments, seed)) {
    if (event.kind == EventKind::kMalloc) {
      live[made++] = event;
      continue;
    }
    const Event block = live.extract(event.ref).mapped();
    if (event.ref < 1010) continue;  // of the filling
    lifetimes[block.size].first += static_cast<double>(made - 1 - block.id);
    lifetimes[block.size].second += 1;
  }
  // A block of one among k + 1 goes with each made of its size, which is every second: geometric
  // with the mean 2 k, and a deviation that is as large, of 20000 of them.
  const auto& [sum, number] = lifetimes[10];
  EXPECT_NEAR(sum / number, 20, 6 * 21 / std::sqrt(20'000.0) + 0.2) << "seed " << seed;
  const auto& [longer_sum, longer_number] = lifetimes[20];
  EXPECT_NEAR(longer_sum / longer_number, 2000, 6 * 2000 / std::sqrt(20'000.0) + 200)
      << "seed " << seed;
}

TEST(FleetTable, RefusesWithTheLineAndAMend) {
  const auto says = [](const std::string& text) {
    return Refusal([&] { FleetTableFromText("t.csv", text); });
  };
  EXPECT_EQ(FleetTableFromText("t.csv", " 1 ,\t2.5,0\n#\n3,0,1e3"),
            (std::vector<FleetRow>{{1, 2.5, 0}, {3, 0, 1000}}));
  EXPECT_EQ(says("1,2,3\n2,3\n"),
            "t.csv:2: expected \"bytes, allocations, live\", three numbers that are not negative; "
            "correct or remove the line");
  for (const char* line : {"1,2,3,4", "x,2,3", "1,-2,3", "1,nan,3", "1,inf,3", "1,2,", "1.5,2,3",
                           "9223372036854775808,1,1", "1,2,3x", "1,1e19,3", "-1,2,3"}) {
    EXPECT_EQ(says(line).find("t.csv:1: expected"), 0u) << line;
  }
  EXPECT_EQ(says("2,1,1\n2,1,1").find("t.csv:2: the size 2 does not grow"), 0u);
  EXPECT_EQ(says("# none\n"), "t.csv: the table is empty; give another");
  EXPECT_NE(Refusal([] { ReadFleetTable("/nowhere/t.csv"); }), "");
  // Nothing of the table is small enough, or nothing of it is live.
  const std::string path = TemporaryPath("table.csv");
  std::ofstream(path) << "10,1,0\n20,1,1\n";
  Arguments arguments = ArgumentsFor("fleet", {{"most", 15}});
  arguments.file = path;
  EXPECT_NE(Refusal([&] { EventsOf(arguments); }).find("none is live; raise most"),
            std::string::npos);
  EXPECT_EQ(Weights({0, 1, 1e-30, 4}),
            (std::vector<std::uint64_t>{0, 274877906944u, 1, 1099511627776u}));
}

}  // namespace
}  // namespace alloclab::generators
