// Counts get to the cells they are of, in the record and in its tables.

#include "bench/deterministic/count_record.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "bench/deterministic/count_table.h"
#include "bench/deterministic/slice.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kJemalloc = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";

CountRecordOptions Options() {
  CountRecordOptions options;
  options.counter.worker_path = "bench/deterministic/counted_worker";
  options.counter.stopped_clock_path = fs::absolute("bench/deterministic/stopped_clock.so");
  return options;
}

// 300 blocks, every other one freed at once.
std::string WriteTrace() {
  const std::string path = testing::TempDir() + "/small.txt";
  const std::unique_ptr<TraceWriter> writer = CreateTrace(path, TraceForm::kText, {});
  for (std::uint64_t id = 0; id < 300; ++id) {
    Event event;
    event.size = 8 * id;
    writer->Add(event);
    event.kind = EventKind::kFree;
    event.ref = id;
    if (id % 2 == 0) writer->Add(event);
  }
  writer->Finish();
  return path;
}

Json CellOf(const char* table, const char* allocator, const char* status) {
  return {{"table", table}, {"trace", "small"}, {"allocator", allocator}, {"status", status}};
}

// A library may be called like a variant.
Json Record() {
  return {{"provenance", {{"blocks", 1}}},
          {"traces", {{{"name", "small"}, {"path", WriteTrace()}}}},
          {"allocators",
           {{{"name", "tlsf"}, {"table", "in_process"}, {"path", ""}},
            {{"name", "bump"}, {"table", "in_process"}, {"path", ""}},
            {{"name", "tlsf"}, {"table", "preload"}, {"path", kJemalloc}},
            {{"name", "system"}, {"table", "preload"}, {"path", ""}}}},
          {"cells",
           {CellOf("in_process", "tlsf", "ok"), CellOf("in_process", "bump", "failed"),
            CellOf("preload", "tlsf", "ok"), CellOf("preload", "system", "ok")}}};
}

CountOutcome Alone(const Candidate& candidate, const std::string& trace, std::uint64_t events) {
  const Slice slice(trace, events);
  return Counter(Options().counter).Count(candidate, slice.image_fd());
}

TEST(CountRecord, EachCellHasItsOwn) {
  Json record = Record();
  CountRecordOptions options = Options();
  options.events = 100;
  AddCounts(record, options);
  EXPECT_EQ(record["provenance"]["counts_events"], 100);
  EXPECT_EQ(record["provenance"]["counts_caches"],
            "I1 32768,8,64; D1 32768,8,64; LL 1048576,16,64");
  EXPECT_EQ(record["provenance"]["counts_valgrind"], ValgrindVersion());
  const std::string trace = record["traces"][0]["path"];
  const CountOutcome floor = Alone({kFloorName, Table::kInProcess, ""}, trace, 100);
  const Json& cells = record["cells"];
  EXPECT_EQ(cells[0]["counts"],
            CountsRecord(Alone({"tlsf", Table::kInProcess, ""}, trace, 100), floor));
  EXPECT_FALSE(cells[1].contains("counts")) << "it failed before";
  EXPECT_EQ(cells[2]["counts"],
            CountsRecord(Alone({"tlsf", Table::kPreload, kJemalloc}, trace, 100), floor));
  EXPECT_EQ(cells[3]["counts"],
            CountsRecord(Alone({"system", Table::kPreload, ""}, trace, 100), floor));
  EXPECT_NE(cells[0]["counts"], cells[2]["counts"]);
  EXPECT_NE(cells[2]["counts"], cells[3]["counts"]);
}

TEST(CountRecord, FiguresArePerOperation) {
  const CountOutcome own = {
      "", {.operations = 10, .instructions = 45, .d1_misses = 20, .ll_misses = 5}};
  const CountOutcome floor = {
      "", {.operations = 10, .instructions = 15, .d1_misses = 10, .ll_misses = 1}};
  const Json expected = {{"operations", 10},
                         {"instructions_per_op", 4.5},
                         {"floor_instructions_per_op", 1.5},
                         {"d1_misses_per_op", 2.0},
                         {"floor_d1_misses_per_op", 1.0},
                         {"ll_misses_per_op", 0.5},
                         {"floor_ll_misses_per_op", 0.1}};
  EXPECT_EQ(CountsRecord(own, floor), expected);
  EXPECT_EQ(CountsRecord({"it fell over", {}}, floor), Json({{"reason", "it fell over"}}));
  EXPECT_EQ(CountsRecord(own, {"it fell over", {}}), Json({{"reason", "the floor: it fell over"}}));
}

TEST(CountRecord, AnInterruptionLeavesTheRestOut) {
  Json record = Record();
  CountRecordOptions options = Options();
  options.interrupted = [] { return true; };
  AddCounts(record, options);
  for (const Json& cell : record["cells"]) EXPECT_FALSE(cell.contains("counts"));
  std::ostringstream out;
  PrintCounts(record, out);
  EXPECT_EQ(out.str(), "");
}

TEST(CountRecord, IsPrintedByTraceAndTable) {
  Json record = Record();
  record["provenance"]["counts_events"] = 100;
  record["provenance"]["counts_caches"] = "I1 1,2,3";
  record["provenance"]["counts_valgrind"] = "9.9";
  record["cells"][0]["counts"] =
      CountsRecord({"", {.operations = 4, .instructions = 401, .d1_misses = 6, .ll_misses = 1}},
                   {"", {.operations = 4, .instructions = 100, .d1_misses = 2, .ll_misses = 0}});
  record["cells"][2]["counts"] = {{"reason", "it fell over"}};
  std::ostringstream out;
  PrintCounts(record, out);
  const std::string text = out.str();
  const std::size_t in_process = text.find(
      "\nsmall, in process\n"
      "allocator              instr/op    floor   D1m/op    floor   LLm/op    floor\n"
      "tlsf                      100.2     25.0    1.500    0.500    0.250    0.000\n");
  const std::size_t preloaded = text.find("\nsmall, preloaded\n");
  EXPECT_NE(in_process, std::string::npos) << text;
  EXPECT_LT(in_process, preloaded) << text;
  EXPECT_NE(text.find("tlsf                 not counted: it fell over\n", preloaded),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("valgrind 9.9"), std::string::npos) << text;
  EXPECT_NE(text.find("the first 100 events"), std::string::npos) << text;
  EXPECT_EQ(text.find("bump"), std::string::npos) << text;
}

}  // namespace
}  // namespace alloclab
