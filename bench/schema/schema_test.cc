// The schemas hold for what the program writes, and for nothing that differs from it: every entry
// that must be there is taken out once, every value is once replaced by one of another type, and
// every object that is closed is given an entry too many.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/deterministic/count_record.h"
#include "bench/programs/compare_programs.h"
#include "bench/traces/compare.h"
#include "bench/workloads/compare_workloads.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

std::string Folder() {
  static const std::string folder = [] {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "schema_test";
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    return path.string();
  }();
  return folder;
}

// How the validator ends with these arguments, where Python finds modules in `modules` first.
int StatusOfValidator(const std::string& arguments, const std::string& modules) {
  const std::string command = "PYTHONPATH=" + modules +
                              " /usr/bin/python3 bench/schema/validate.py " + arguments +
                              " >/dev/null 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));
}

struct Named {
  std::string name;
  Json record;
};

// What the validator says of each record: "ok", or the place and what is wrong.
std::vector<std::string> Verdicts(const std::string& kind, const std::vector<Named>& records) {
  std::string command = "/usr/bin/python3 bench/schema/validate.py " + kind;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string path = Folder() + "/" + std::to_string(i) + ".json";
    std::ofstream(path) << records[i].record;
    command += " " + path;
  }
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::vector<std::string> verdicts;
  char line[1024];
  while (fgets(line, sizeof line, pipe) != nullptr) {
    const std::string text = line;
    verdicts.push_back(text.substr(text.find(": ") + 2, text.size() - text.find(": ") - 3));
  }
  const int status = WEXITSTATUS(pclose(pipe));
  EXPECT_LE(status, 1) << "apt-get install python3-jsonschema; " << verdicts.back();
  EXPECT_EQ(verdicts.size(), records.size());
  verdicts.resize(records.size());
  return verdicts;
}

std::string Verdict(const std::string& kind, const Json& record) {
  return Verdicts(kind, {{"", record}})[0];
}

// A trace of a generator's, with times, in which `bump` needs more than it may have: each block is
// freed when there is one after it.
std::string WriteTrace() {
  const std::string path = Folder() + "/made.txt";
  const std::unique_ptr<TraceWriter> writer =
      CreateTrace(path, FormFromName(path),
                  {.metadata = {{"generator", "fleet"},
                                {"parameters", "live=3 table=a.csv"},
                                {"clock_hz", "1000000000"}}});
  for (std::uint64_t i = 0; i < 20000; ++i) {
    Event event;
    event.size = i % 500 + 1;
    event.time = 2 * i + 1;
    writer->Add(event);
    if (i == 0) continue;
    Event free;
    free.kind = EventKind::kFree;
    free.ref = i - 1;
    free.time = 2 * i + 2;
    writer->Add(free);
  }
  writer->Finish();
  return path;
}

CompareOptions Options() {
  CompareOptions options;
  options.traces = {WriteTrace()};
  options.allocators = {"bump", "boundary_tags", "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"};
  options.limits.blocks = 2;
  options.worker_path = "bench/worker/worker";
  options.memory_limit_bytes = std::uint64_t{3} << 20;
  return options;
}

const Json& Compared() {
  static const Json record = RunCompare(Options());
  return record;
}

// The record with what compare --counts adds, as that adds it.
const Json& Counted() {
  static const Json counted = [] {
    Json record = Compared();
    CountRecordOptions options;
    options.counter = {
        .worker_path = "bench/deterministic/counted_worker",
        .stopped_clock_path = std::filesystem::absolute("bench/deterministic/stopped_clock.so")};
    options.events = 500;
    AddCounts(record, options);
    return record;
  }();
  return counted;
}

// Cells in which there is something of everything, and few points of each timeline.
Json SmallRecord() {
  Json record = Counted();
  for (Json& cell : record["cells"]) {
    if (!cell.contains("timeline")) continue;
    for (Json& column : cell["timeline"]) column.erase(column.begin() + 2, column.end());
    for (Json& kind : cell["latency"]["kinds"]) {
      kind["curve"].erase(kind["curve"].begin() + 1, kind["curve"].end());
    }
  }
  record["cells"].back()["counts"] = CountsRecord({"it fell over", {}}, {});
  return record;
}

// The place of every value. Of a list of plain values the first stands for all; of one of objects
// all are there, for they differ.
void AddPlaces(const Json& json, const Pointer& place, std::vector<Pointer>& places) {
  if (!place.empty()) places.push_back(place);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) AddPlaces(value, place / key, places);
  }
  if (!json.is_array()) return;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (i == 0 || json[i].is_object()) AddPlaces(json[i], place / i, places);
  }
}

std::vector<Pointer> Places(const Json& record) {
  std::vector<Pointer> places;
  AddPlaces(record, Pointer(), places);
  return places;
}

// What may be left out, what may be of another type, and what may have further entries.
struct Freedom {
  std::string absent;
  std::string typed;
  std::string open;
};

bool Matches(const Pointer& place, const std::string& pattern) {
  return std::regex_match(place.to_string(), std::regex(pattern));
}

// Every record that differs from `record` in one of the three ways, where that is not free.
std::vector<Named> Broken(const Json& record, const Freedom& free) {
  std::vector<Named> broken;
  const auto add = [&](const std::string& what, const Pointer& place,
                       const std::function<void(Json&)>& edit) {
    Json edited = record;
    edit(edited);
    broken.push_back({what + " " + place.to_string(), std::move(edited)});
  };
  for (const Pointer& place : Places(record)) {
    const Json& value = record[place];
    const bool entry = record[place.parent_pointer()].is_object();
    if (entry && !Matches(place, free.absent)) {
      add("without", place,
          [&](Json& edited) { edited[place.parent_pointer()].erase(place.back()); });
    }
    if (!Matches(place, free.typed)) {
      add("wrong type", place, [&](Json& edited) {
        if (value.is_string()) {
          edited[place] = 5;
        } else {
          edited[place] = "five";
        }
      });
    }
    if (value.is_object() && !Matches(place, free.open)) {
      add("one too many", place, [&](Json& edited) { edited[place]["surplus"] = 1; });
    }
  }
  return broken;
}

void ExpectRefused(const std::string& kind, const std::vector<Named>& broken) {
  const std::vector<std::string> verdicts = Verdicts(kind, broken);
  for (std::size_t i = 0; i < broken.size(); ++i) EXPECT_NE(verdicts[i], "ok") << broken[i].name;
}

// An edit of one value, and the place that is blamed for it.
struct Edit {
  const char* place;
  Json value;
  const char* blamed;
};

void ExpectBlamed(const std::string& kind, const Json& record, const std::vector<Edit>& edits) {
  std::vector<Named> broken;
  for (const Edit& edit : edits) {
    broken.push_back({edit.place, record});
    broken.back().record[Pointer(edit.place)] = edit.value;
  }
  const std::vector<std::string> verdicts = Verdicts(kind, broken);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    EXPECT_EQ(verdicts[i].find(edits[i].blamed + std::string(": ")), 0u)
        << edits[i].place << " = " << edits[i].value << " is said to be " << verdicts[i];
  }
}

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
      {.absent = "/traces/0/generator(/parameters/.*)?|/cells/./(timeline|counts|latency/kinds/.*)|"
                 "/cells/./timeline/overhead_bytes_|"
                 "/provenance/(timeout_seconds|memory_limit_bytes|malloc_variables)",
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

Json FromFile(const std::string& path) {
  std::ifstream file(path);
  return Json::parse(file);
}

// Who asks for a verdict must not take a failure of the validator for one.
TEST(Validator, EndsWith2WhereThereIsNoVerdict) {
  const std::string path = Folder() + "/small.json";
  std::ofstream(path) << SmallRecord();
  EXPECT_EQ(StatusOfValidator("traces " + path, ""), 0);
  EXPECT_EQ(StatusOfValidator("programs " + path, ""), 1);
  EXPECT_EQ(StatusOfValidator("nonsense " + path, ""), 2);
  EXPECT_EQ(StatusOfValidator("traces " + path + ".none", ""), 2);
  const std::string modules = Folder() + "/modules";
  std::filesystem::create_directories(modules);
  for (const char* broken : {"raise ImportError('none here')", "Draft202012Validator = None"}) {
    std::ofstream(modules + "/jsonschema.py") << broken << "\n";
    EXPECT_EQ(StatusOfValidator("traces " + path, modules), 2) << broken;
  }
}

// What other tests take for records are such.
TEST(Schemas, HoldForTheRecordsOfOtherTests) {
  for (const char* kind : {"traces", "workloads", "programs"}) {
    const std::string path = std::string("bench/publish/testdata/run/") + kind + ".json";
    EXPECT_EQ(Verdict(kind, FromFile(path)), "ok") << path;
  }
}

Json Provenance() {
  Json provenance = Compared()["provenance"];
  for (const char* key : {"mode", "touch", "blocks_most", "interrupted", "timeout_seconds",
                          "memory_limit_bytes", "malloc_variables"}) {
    provenance.erase(key);
  }
  provenance["preset"] = "quick";
  return provenance;
}

Json Allocators() {
  return {{{"name", "jemalloc"},
           {"table", "preload"},
           {"path", "/usr/lib/libjemalloc.so.2"},
           {"version", "5.3.0-1"},
           {"xxh3", "0123456789abcdef"}}};
}

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
      {"provenance", Provenance()},
      {"workloads", {{{"name", "larson"}, {"stresses", "frees by others"}, {"source", "1998"}}}},
      {"allocators", Allocators()},
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
  ExpectRefused("workloads", Broken(record, {.absent = "/provenance/(blocks|preset|budget_seconds)",
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
          {"provenance", Provenance()},
          {"programs", {{{"name", "sqlite"}, {"command", "sqlite3 x"}, {"version", "3.40"}}}},
          {"allocators", Allocators()},
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
  ExpectRefused("programs", Broken(record, {.absent = "/provenance/(blocks|preset|budget_seconds)",
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
}  // namespace alloclab
