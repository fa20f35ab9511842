// Tables of threaded workloads and of programs, against what can be worked out on paper from the
// records in testdata.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/publish/program_tables.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/workload_tables.h"
#include "bench/results/run_folder.h"

namespace alloclab::publish {
namespace {

constexpr const char* kRun = "bench/publish/testdata/run";

TEST(WorkloadTables, TheSummaryIsOfTimeThatWentBy) {
  const auto tables = WorkloadTables(results::ReadRun(kRun).at("workloads"));
  ASSERT_EQ(tables.size(), 2u);
  const PublishedTable& summary = tables[0];
  ASSERT_EQ(summary.rows.size(), 3u);
  const Judged jemalloc = JudgedAt(summary, 1, "elapsed_over_system");
  EXPECT_NEAR(jemalloc.ratio, std::cbrt(0.6 * 0.4 * 1.01), 1e-8);
  EXPECT_TRUE(jemalloc.resolved);
  EXPECT_EQ(CountAt(summary, 1, "cells"), 3u);
  EXPECT_EQ(CountAt(summary, 1, "leads"), 3u);
  EXPECT_EQ(CountAt(summary, 1, "faster"), 2u);
  EXPECT_EQ(CountAt(summary, 1, "same"), 1u);
  EXPECT_EQ(summary.rows[1].mark, "");
  EXPECT_NEAR(JudgedAt(summary, 2, "elapsed_over_system").ratio, std::sqrt(1.02 * 2), 1e-8);
  EXPECT_EQ(CountAt(summary, 2, "failed"), 1u);
  EXPECT_EQ(CountAt(summary, 2, "slower"), 1u);
  EXPECT_EQ(CountAt(summary, 2, "unresolved"), 1u);
  EXPECT_EQ(summary.rows[2].mark, "*");
  EXPECT_EQ(summary.notes.size(), 1u);
}

TEST(WorkloadTables, CellsAreAsMeasuredAndFailuresHaveReasons) {
  const PublishedTable cells = WorkloadTables(results::ReadRun(kRun).at("workloads"))[1];
  ASSERT_EQ(cells.rows.size(), 9u);
  EXPECT_EQ(std::get<double>(At(cells, 4, "elapsed_ns_per_op")), 16);
  EXPECT_EQ(std::get<double>(At(cells, 4, "ns_per_op")), 32.5);
  EXPECT_EQ(CountAt(cells, 4, "threads"), 2u);
  EXPECT_EQ(CountAt(cells, 4, "resident_bytes_peak"), 9000000u);
  EXPECT_EQ(std::get<double>(At(cells, 4, "noise")), 1.03);
  EXPECT_FALSE(JudgedAt(cells, 2, "elapsed_over_system").resolved);
  EXPECT_EQ(std::get<std::string>(At(cells, 5, "standing")), "failed");
  EXPECT_EQ(At(cells, 5, "elapsed_over_system"), Value());
  ASSERT_EQ(cells.notes.size(), 1u);
  EXPECT_NE(cells.notes[0].find("on larson, threads: 2: killed by SIGSEGV"), std::string::npos);
}

TEST(ProgramTables, EachMeasureHasItsOwnMeanAndNoise) {
  const auto tables = ProgramTables(results::ReadRun(kRun).at("programs"));
  ASSERT_EQ(tables.size(), 2u);
  const PublishedTable& summary = tables[0];
  EXPECT_NEAR(JudgedAt(summary, 1, "cpu_over_system").ratio, 0.9, 1e-8);
  EXPECT_NEAR(JudgedAt(summary, 1, "wall_over_system").ratio, std::sqrt(0.92 * 0.905), 1e-8);
  EXPECT_NEAR(JudgedAt(summary, 1, "resident_over_system").ratio, std::sqrt(1.2 * 1.05), 1e-8);
  EXPECT_TRUE(JudgedAt(summary, 1, "cpu_over_system").resolved);
  // Known for the one program and not for the other, and known for both together.
  EXPECT_TRUE(JudgedAt(summary, 1, "wall_over_system").resolved);
  EXPECT_FALSE(JudgedAt(summary, 2, "wall_over_system").resolved);
  EXPECT_EQ(CountAt(summary, 2, "programs"), 1u);
  EXPECT_EQ(CountAt(summary, 2, "failed"), 1u);
  EXPECT_EQ(summary.rows[2].mark, "*");
  const PublishedTable& cells = tables[1];
  EXPECT_EQ(std::get<double>(At(cells, 1, "cpu_s")), 1.8);
  EXPECT_EQ(std::get<double>(At(cells, 1, "wall_s")), 2.3);
  EXPECT_EQ(CountAt(cells, 1, "resident_bytes_peak"), 24000000u);
  EXPECT_FALSE(JudgedAt(cells, 1, "wall_over_system").resolved);
  EXPECT_EQ(JudgedAt(cells, 1, "cpu_over_system").low, 0.88);
  EXPECT_EQ(std::get<std::string>(At(cells, 2, "status")), "failed");
  EXPECT_EQ(At(cells, 2, "cpu_over_system"), Value());
  ASSERT_EQ(cells.notes.size(), 1u);
  EXPECT_NE(cells.notes[0].find("on sqlite: its output differs"), std::string::npos);
}

TEST(OtherTables, CellsOfFewBlocksAreMarked) {
  auto records = results::ReadRun(kRun);
  for (auto& cell : records.at("workloads")["cells"]) {
    if (cell["allocator"] != "jemalloc") continue;
    cell["elapsed_ns_per_op_blocks"] = {1, 1, 1};
    break;
  }
  const PublishedTable workloads = WorkloadTables(records.at("workloads"))[0];
  EXPECT_EQ(workloads.rows[1].mark, "[3]");
  EXPECT_EQ(CountAt(workloads, 1, "blocks_least"), 3u);
  EXPECT_TRUE(HasNote(workloads, "jemalloc, 1 cell with 3 blocks."));
  for (auto& cell : records.at("programs")["cells"]) {
    if (cell["status"] == "ok") cell["cpu_s_blocks"] = {1, 1};
  }
  const PublishedTable programs = ProgramTables(records.at("programs"))[0];
  EXPECT_EQ(programs.rows[1].mark, "[2]");
  EXPECT_EQ(programs.rows[2].mark, "* [2]");
  EXPECT_TRUE(HasNote(programs, "jemalloc, 2 programs with 2 blocks;"));
}

// Of another version the tables would say what it does not.
TEST(OtherTables, ARecordOfAnotherSchemaIsRefused) {
  auto records = results::ReadRun(kRun);
  for (const auto make : {WorkloadTables, ProgramTables}) {
    nlohmann::ordered_json record = records.at(make == WorkloadTables ? "workloads" : "programs");
    record["schema"] = 2;
    try {
      make(record);
      ADD_FAILURE() << "schema 2 is read as 1";
    } catch (const PublishError& error) {
      EXPECT_EQ(std::string(error.what()).find("record: /schema is 2, these tables are made of"),
                0u);
    }
  }
}

// Negative, or more than there are bytes.
TEST(OtherTables, ImpossibleFiguresAreRefused) {
  for (const double bytes : {-1.0, 1e300}) {
    auto records = results::ReadRun(kRun);
    for (auto& cell : records.at("workloads")["cells"]) cell["resident_bytes_peak_median"] = bytes;
    for (auto& cell : records.at("programs")["cells"]) cell["resident_bytes_peak_median"] = bytes;
    EXPECT_THROW(WorkloadTables(records.at("workloads")), PublishError) << bytes;
    EXPECT_THROW(ProgramTables(records.at("programs")), PublishError) << bytes;
  }
}

TEST(ProgramTables, NoiseOfTheTimeThatWentByIsNoNoiseOfProcessorTime) {
  nlohmann::ordered_json record = results::ReadRun(kRun).at("programs");
  for (auto& noise : record["noise"]) noise["wall"]["noise"] = 1.5;
  const PublishedTable summary = ProgramTables(record)[0];
  EXPECT_TRUE(JudgedAt(summary, 1, "cpu_over_system").resolved);
  EXPECT_FALSE(JudgedAt(summary, 1, "wall_over_system").resolved);
  EXPECT_TRUE(JudgedAt(summary, 1, "resident_over_system").resolved);
}

}  // namespace
}  // namespace alloclab::publish
