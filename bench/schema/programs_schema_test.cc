// The schema of whole programs holds for what compare --programs writes, and for nothing that
// differs from it.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/programs/compare_programs.h"
#include "bench/schema/broken_record.h"
#include "bench/schema/made_parts.h"
#include "bench/schema/verdict.h"

namespace alloclab::schema {
namespace {

Json Programs() {
  Json failed = {{"program", "sqlite"}, {"allocator", "bump"}};
  Json ok = failed;
  failed.update({{"status", "failed"}, {"reason", "another output"}});
  const Json judgement = {
      {"ratio_to_system", 0.8}, {"ratio_to_system_interval", {0.7, 0.9}}, {"standing", "faster"}};
  Json pair = judgement;
  pair["noise"] = 1.01;
  ok.update({{"status", "ok"},
             {"reason", ""},
             {"cpu_s_blocks", {1.5}},
             {"cpu_s_median", 1.5},
             {"wall_s_blocks", {1.75}},
             {"wall_s_median", 1.75},
             {"resident_bytes_peak_blocks", {4096}},
             {"resident_bytes_peak_median", 4096},
             {"cpu", judgement},
             {"wall", judgement},
             {"resident", judgement},
             {"leads", true}});
  return {{"schema", 1},
          {"kind", "programs"},
          {"provenance", MadeProvenance()},
          {"programs", {{{"name", "sqlite"}, {"command", "sqlite3 x"}, {"version", "3.40"}}}},
          {"allocators", MadeAllocators()},
          {"noise", {{{"program", "sqlite"}, {"cpu", pair}, {"wall", pair}, {"resident", pair}}}},
          {"cells", {failed, ok}}};
}

TEST(ProgramsSchema, HoldsForWhatCompareWrites) {
  CompareProgramsOptions options;
  options.programs = {
      {.name = "subject",
       .needed = {{std::filesystem::absolute("bench/programs/subject"), "none"}},
       .command = {std::filesystem::absolute("bench/programs/subject"), "work", "500"}}};
  options.allocators = {
      {"refuses", Table::kPreload, std::filesystem::absolute("bench/broken_libraries/refuses.so")},
      {"jemalloc", Table::kPreload, "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"},
      {"system", Table::kPreload, ""}};
  options.limits.blocks = 2;
  options.launcher_path = "bench/programs/launcher";
  const Json record = RunComparePrograms(options);
  EXPECT_EQ(Verdict("programs", record), "ok");
  EXPECT_EQ(record["cells"].front()["status"], "failed") << record["cells"].front();
  EXPECT_EQ(record["cells"].back()["status"], "ok") << record["cells"].back();
}

TEST(ProgramsSchema, HoldsAndRefusesWhateverDiffers) {
  const Json record = Programs();
  ASSERT_EQ(Verdict("programs", record), "ok");
  ExpectRefused(
      "programs",
      Broken(record, {.absent = "/provenance/(blocks|preset|budget_seconds|elapsed_seconds)",
                      .typed = "/provenance/preset",
                      .open = "/provenance"}));
  ExpectBlamed(
      "programs", record,
      {{"/kind", "traces", "/kind"},
       {"/cells/0/cpu_s_median", 5, "/cells/0"},
       {"/cells/1/cpu/standing", "best", "/cells/1/cpu/standing"},
       {"/cells/1/cpu/blocks_needed", 9, "/cells/1/cpu/blocks_needed"},
       {"/noise/0/wall/ratio_to_system", nullptr, "/noise/0/wall/ratio_to_system_interval"},
       {"/noise/0/wall/standing", nullptr, "/noise/0/wall/standing"},
       {"/noise/0/wall/noise", 1.0, "/noise/0/wall/noise"},
       {"/cells/1/resident_bytes_peak_blocks/0", 0, "/cells/1/resident_bytes_peak_blocks/0"}});
}

}  // namespace
}  // namespace alloclab::schema
