// The schema of traces holds for what compare writes, and for nothing that differs from it.

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "bench/comparison/compare.h"
#include "bench/schema/broken_record.h"
#include "bench/schema/compared_record.h"
#include "bench/schema/verdict.h"

namespace alloclab::schema {
namespace {

TEST(TracesSchema, HoldsForWhatCompareWrites) {
  EXPECT_EQ(Verdict("traces", Compared()), "ok");
  EXPECT_EQ(Compared()["cells"][0]["status"], "failed") << Compared()["cells"][0];
  EXPECT_EQ(Compared()["cells"][1]["status"], "ok");
  EXPECT_TRUE(Compared()["cells"][1].contains("timeline"));
  EXPECT_EQ(Compared()["traces"][0]["generator"],
            Json({{"name", "fleet"}, {"parameters", {{"live", 3}, {"table", "a.csv"}}}}));
  CompareOptions options = Options();
  options.mode = ReplayMode::kTimed;
  options.limits.precision = 0.5;
  options.limits.budget = std::chrono::seconds(60);
  options.allocators = {"boundary_tags"};
  EXPECT_EQ(Verdict("traces", RunCompare(options)), "ok");
}

// A table without its baseline: nothing can be said of anyone.
TEST(TracesSchema, HoldsWhereSystemFailed) {
  Json record = SmallRecord();
  for (const char* list : {"cells", "noise"}) {
    for (Json& entry : record[list]) {
      if (entry["table"] != "in_process" || entry.value("status", "ok") == "failed") continue;
      for (const char* key : {"ratio_to_system", "ratio_to_system_interval", "standing"}) {
        entry[key] = nullptr;
      }
      entry.erase("blocks_needed");
      if (entry.contains("noise")) entry["noise"] = nullptr;
    }
  }
  record["noise"][0]["ns_per_op_blocks"] = Json::array();
  EXPECT_EQ(Verdict("traces", record), "ok");
}

TEST(TracesSchema, HoldsForWhatIsCounted) {
  EXPECT_EQ(Verdict("traces", Counted()), "ok");
  EXPECT_TRUE(Counted()["cells"][1]["counts"].contains("operations")) << Counted()["cells"][1];
}

TEST(TracesSchema, RefusesWhateverDiffers) {
  const Json record = SmallRecord();
  ASSERT_EQ(Verdict("traces", record), "ok");
  const std::vector<Named> broken = Broken(
      record,
      {.absent =
           "/traces/0/generator(/parameters/.*)?|/cells/./(timeline|counts|latency/(kinds/"
           ".*|resolution_ns))|"
           "/cells/./timeline/overhead_bytes_|"
           "/provenance/(elapsed_seconds|timeout_seconds|memory_limit_bytes|malloc_variables)",
       .typed = "/traces/0/generator/parameters/.*",
       .open = "/traces/0/generator/parameters"});
  EXPECT_GT(broken.size(), 300u);
  ExpectRefused("traces", broken);
}

TEST(TracesSchema, RefusesWhatCannotBe) {
  const Json record = SmallRecord();
  ExpectBlamed("traces", record,
               {{"/schema", 1, "/schema"},
                {"/kind", "programs", "/kind"},
                {"/cells/0/ns_per_op_median", 12.5, "/cells/0"},  // a time of a failed cell
                {"/cells/0/reason", "", "/cells/0/reason"},
                {"/cells/1/reason", "broke a rule", "/cells/1/reason"},
                {"/cells/1/status", "crashed", "/cells/1/status"},
                {"/cells/1/standing", "better", "/cells/1/standing"},
                {"/cells/1/standing", "faster", "/cells/1/blocks_needed"},
                {"/cells/1/standing", nullptr, "/cells/1/standing"},
                {"/cells/1/ratio_to_system", nullptr, "/cells/1/ratio_to_system_interval"},
                {"/cells/1/ratio_to_system", 0, "/cells/1/ratio_to_system"},
                {"/cells/1/ratio_to_system_interval", {1.0}, "/cells/1/ratio_to_system_interval"},
                {"/cells/1/table", "native", "/cells/1/table"},
                {"/cells/1/ns_per_op_blocks", Json::array(), "/cells/1/ns_per_op_blocks"},
                {"/cells/1/ns_per_op_blocks/0", -1, "/cells/1/ns_per_op_blocks/0"},
                {"/cells/1/returned_share", 1.01, "/cells/1/returned_share"},
                {"/cells/1/held_bytes_peak", 1.5, "/cells/1/held_bytes_peak"},
                {"/cells/1/held_is", "guessed", "/cells/1/held_is"},
                {"/cells/1/latency/kinds/valloc", record["cells"][1]["latency"]["kinds"]["malloc"],
                 "/cells/1/latency/kinds"},
                {"/cells/1/latency/distortion", -1, "/cells/1/latency/distortion"},
                {"/cells/1/latency/resolution_ns", 0, "/cells/1/latency/resolution_ns"},
                {"/cells/1/counts/misses", 7, "/cells/1/counts"},
                {"/cells/1/counts/operations", "few", "/cells/1/counts/operations"},
                {"/cells/1/counts/reason", "it fell over", "/cells/1/counts"},
                {"/cells/1/counts", Json::object(), "/cells/1/counts"},
                {"/provenance/counts_caches", "small", "/provenance/counts_caches"},
                {"/provenance/counts_events", -1, "/provenance/counts_events"},
                {"/noise/0/noise", 1.0, "/noise/0/noise"},
                {"/allocators/0/xxh3", "0123", "/allocators/0/xxh3"},
                {"/traces/0/xxh3", "", "/traces/0/xxh3"},
                {"/traces/0/operations", 0, "/traces/0/operations"},
                {"/traces", Json::array(), "/traces"},
                {"/provenance/commit", "HEAD", "/provenance/commit"},
                {"/provenance/time_utc", "2026-11-27 09:21:06", "/provenance/time_utc"},
                {"/provenance/thp", "sometimes", "/provenance/thp"},
                {"/provenance/time_scale", 1, "/provenance/time_scale"},
                {"/provenance/mode", "timed", "/provenance"},
                {"/provenance/host", "here", "/provenance"}});
}

}  // namespace
}  // namespace alloclab::schema
