// The schema of threaded workloads holds for what compare --workloads writes, and for nothing that
// differs from it.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/schema/broken_record.h"
#include "bench/schema/made_parts.h"
#include "bench/schema/verdict.h"
#include "bench/workloads/compare_workloads.h"

namespace alloclab::schema {
namespace {

Json Workloads() {
  Json failed = {{"workload", "larson"}, {"threads", 2}, {"allocator", "bump"}};
  Json ok = failed;
  failed.update({{"status", "failed"}, {"reason", "took longer than 5 s"}});
  ok.update({{"status", "ok"},
             {"reason", ""},
             {"ns_per_op_blocks", {10.5, 11}},
             {"ns_per_op_median", 10.75},
             {"elapsed_ns_per_op_blocks", {5.5, 6}},
             {"elapsed_ns_per_op_median", 5.75},
             {"ratio_to_system", 0.8},
             {"ratio_to_system_interval", {0.7, 0.9}},
             {"standing", "unresolved"},
             {"blocks_needed", 6},
             {"leads", true},
             {"faults_per_op_median", 0.25},
             {"context_switches_median", 7.5},
             {"resident_bytes_peak_median", 4096.5}});
  return {
      {"schema", 1},
      {"kind", "workloads"},
      {"provenance", MadeProvenance()},
      {"workloads", {{{"name", "larson"}, {"stresses", "frees by others"}, {"source", "1998"}}}},
      {"allocators", MadeAllocators()},
      {"noise",
       {{{"workload", "larson"},
         {"threads", 2},
         {"ns_per_op_blocks", {10, 10.5}},
         {"elapsed_ns_per_op_blocks", {6, 6.5}},
         {"ratio_to_system", 1.02},
         {"ratio_to_system_interval", {0.9, 1.1}},
         {"standing", "unresolved"},
         {"blocks_needed", nullptr},
         {"noise", 1.02}}}},
      {"cells", {failed, ok}}};
}

TEST(WorkloadsSchema, HoldsForWhatCompareWrites) {
  workloads::WorkloadOptions options;
  options.workloads = {"larson"};
  options.threads = {1, 2};
  options.allocators = {
      {"refuses", Table::kPreload, std::filesystem::absolute("bench/workloads/refuses.so")},
      {"jemalloc", Table::kPreload, "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"},
      {"system", Table::kPreload, ""}};
  options.limits.blocks = 2;
  options.work_percent = 2;
  options.runner_path = "bench/workloads/runner";
  const Json record = workloads::RunCompareWorkloads(options);
  EXPECT_EQ(Verdict("workloads", record), "ok");
  EXPECT_EQ(record["cells"].front()["status"], "failed") << record["cells"].front();
  EXPECT_EQ(record["cells"].back()["status"], "ok") << record["cells"].back();
}

TEST(WorkloadsSchema, HoldsAndRefusesWhateverDiffers) {
  const Json record = Workloads();
  ASSERT_EQ(Verdict("workloads", record), "ok");
  ExpectRefused(
      "workloads",
      Broken(record, {.absent = "/provenance/(blocks|preset|budget_seconds|elapsed_seconds)",
                      .typed = "/provenance/preset",
                      .open = "/provenance"}));
  ExpectBlamed("workloads", record,
               {{"/kind", "traces", "/kind"},
                {"/schema", 2, "/schema"},
                {"/cells/0/elapsed_ns_per_op_median", 5, "/cells/0"},
                {"/cells/1/standing", "best", "/cells/1/standing"},
                {"/cells/1/standing", "same", "/cells/1/blocks_needed"},
                {"/cells/1/threads", 0, "/cells/1/threads"},
                {"/noise/0/noise", 1.0, "/noise/0/noise"},
                {"/noise/0/standing", "same", "/noise/0/blocks_needed"},
                {"/noise/0/ratio_to_system", nullptr, "/noise/0/ratio_to_system_interval"},
                {"/provenance/of", Json::array(), "/provenance/of"}});
}

}  // namespace
}  // namespace alloclab::schema
