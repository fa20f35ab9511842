// Comparisons from end to end, with real processes: a program of our own that does one thing, under
// libraries that work, and under those that are broken in one way each. What does not answer as
// under system is a failed cell with the reason, and never a time.

#include "bench/programs/compare_programs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/process/compare_error.h"
#include "bench/programs/program_run.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kJemalloc[] = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";

std::string Subject() { return fs::absolute("bench/programs/subject"); }

MeasuredProgram Doing(const std::string& name, std::vector<std::string> words) {
  words.insert(words.begin(), Subject());
  return {.name = name, .needed = {{Subject(), "none"}}, .command = std::move(words)};
}

Candidate Library(const std::string& path) {
  return {fs::path(path).filename(), Table::kPreload, fs::absolute(path)};
}

const Candidate kSystem = {"system", Table::kPreload, ""};

// Comparisons of this test leave nothing in its temporary folder.
class ComparePrograms : public testing::Test {
 protected:
  ComparePrograms() : folder_(fs::path(testing::TempDir()) / "temporary") {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    setenv("TMPDIR", folder_.c_str(), 1);
  }
  ~ComparePrograms() override { EXPECT_TRUE(fs::is_empty(folder_)) << "something was left behind"; }

  static CompareProgramsOptions Options(std::vector<MeasuredProgram> programs,
                                        std::vector<Candidate> allocators) {
    CompareProgramsOptions options;
    options.programs = std::move(programs);
    options.allocators = std::move(allocators);
    options.limits.blocks = 2;
    options.launcher_path = "bench/programs/launcher";
    return options;
  }

  const fs::path folder_;
};

const Json& CellOf(const Json& record, const std::string& program, const std::string& allocator) {
  for (const Json& cell : record["cells"]) {
    if (cell["program"] == program && cell["allocator"] == allocator) return cell;
  }
  throw std::runtime_error("no cell " + program + " " + allocator);
}

std::string Reason(const Json& record, const std::string& program, const std::string& allocator) {
  const Json& cell = CellOf(record, program, allocator);
  EXPECT_EQ(cell["status"], "failed");
  EXPECT_FALSE(cell.contains("cpu_s_blocks"));
  EXPECT_FALSE(cell.contains("cpu"));
  return cell["reason"];
}

bool Says(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  ADD_FAILURE() << "\"" << text << "\" does not say \"" << part << "\"";
  return false;
}

std::vector<std::string> Keys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

using Words = std::vector<std::string>;

void ExpectSoundCell(const Json& cell) {
  SCOPED_TRACE(cell["allocator"]);
  EXPECT_EQ(cell["status"], "ok") << cell["reason"];
  EXPECT_EQ(Keys(cell),
            Words({"program", "allocator", "status", "reason", "cpu_s_blocks", "cpu_s_median",
                   "wall_s_blocks", "wall_s_median", "resident_bytes_peak_blocks",
                   "resident_bytes_peak_median", "cpu", "wall", "resident", "leads"}));
  for (const char* figure : {"cpu_s", "wall_s", "resident_bytes_peak"}) {
    const Json& blocks = cell[std::string(figure) + "_blocks"];
    ASSERT_EQ(blocks.size(), 2u);
    EXPECT_GT(blocks[0].get<double>(), 0) << figure;
    EXPECT_GT(blocks[1].get<double>(), 0) << figure;
    const double mean = (blocks[0].get<double>() + blocks[1].get<double>()) / 2;
    EXPECT_NEAR(cell[std::string(figure) + "_median"].get<double>(), mean, 0.51) << figure;
  }
  EXPECT_TRUE(cell["resident_bytes_peak_median"].is_number_integer());
  for (const char* figure : {"cpu", "wall", "resident"}) {
    const Json& ratio = cell[figure];
    const double low = ratio["ratio_to_system_interval"][0];
    const double high = ratio["ratio_to_system_interval"][1];
    EXPECT_GT(low, 0);
    EXPECT_LE(low, ratio["ratio_to_system"].get<double>());
    EXPECT_LE(ratio["ratio_to_system"].get<double>(), high);
    EXPECT_EQ(ratio["standing"], "unresolved");  // two blocks are no proof
    EXPECT_TRUE(ratio.contains("blocks_needed"));
  }
}

TEST_F(ComparePrograms, MakesTheDocumentedRecord) {
  ASSERT_TRUE(fs::exists(kJemalloc)) << "apt-get install libjemalloc2";
  CompareProgramsOptions options =
      Options({Doing("work", {"work", "5000"}), Doing("file", {"write", "a file", "text"})},
              {Library(kJemalloc), kSystem});
  options.programs[1].files = {"a file"};
  options.programs[1].variables = {"MINE=1"};
  std::size_t total = 0, steps = 0;
  options.progress = [&](const CompareProgress& progress) {
    EXPECT_EQ(progress.done, steps++);
    total = progress.total;
  };
  const Json record = RunComparePrograms(options);
  EXPECT_EQ(Keys(record),
            Words({"schema", "kind", "provenance", "programs", "allocators", "noise", "cells"}));
  EXPECT_EQ(record["schema"], 1);
  EXPECT_EQ(record["kind"], "programs");
  for (const char* key : {"commit", "dirty", "compiler", "flags", "cpu", "cores", "kernel", "thp",
                          "time_utc", "run_length", "blocks_most"}) {
    EXPECT_TRUE(record["provenance"].contains(key)) << key;
  }
  EXPECT_EQ(record["provenance"]["blocks"], 2);
  EXPECT_EQ(record["provenance"]["interrupted"], false);
  ASSERT_EQ(record["programs"].size(), 2u);
  EXPECT_EQ(Keys(record["programs"][0]), Words({"name", "command", "version"}));
  EXPECT_EQ(record["programs"][0]["name"], "work");
  EXPECT_EQ(record["programs"][0]["command"], Json({Subject(), "work", "5000"}));
  EXPECT_EQ(record["programs"][1]["command"],
            Json({"env", "MINE=1", Subject(), "write", "a file", "text"}));
  ASSERT_EQ(record["allocators"].size(), 2u);
  EXPECT_EQ(Keys(record["allocators"][0]), Words({"name", "table", "path", "version", "xxh3"}));
  EXPECT_EQ(record["allocators"][0]["table"], "preload");
  EXPECT_EQ(record["allocators"][0]["path"], kJemalloc);
  ASSERT_EQ(record["noise"].size(), 2u);
  for (const Json& noise : record["noise"]) {
    EXPECT_EQ(Keys(noise), Words({"program", "cpu", "wall", "resident"}));
    for (const char* figure : {"cpu", "wall", "resident"}) {
      EXPECT_EQ(Keys(noise[figure]), Words({"blocks", "ratio_to_system", "ratio_to_system_interval",
                                            "standing", "noise"}));
      EXPECT_EQ(noise[figure]["blocks"].size(), 2u);
      EXPECT_GE(noise[figure]["noise"].get<double>(), 1.0);
    }
  }
  ASSERT_EQ(record["cells"].size(), 4u);
  for (const Json& cell : record["cells"]) ExpectSoundCell(cell);
  EXPECT_EQ(CellOf(record, "work", "system")["cpu"]["ratio_to_system"], 1.0);
  // Four cells checked, and two blocks of four cells and system once more in either program.
  EXPECT_EQ(total, 16u);
  EXPECT_EQ(steps, 16u);
}

TEST_F(ComparePrograms, ABrokenLibraryIsAFailedCellWithTheReason) {
  CompareProgramsOptions options = Options(
      {Doing("work", {"work", "500"})},
      {Library("bench/broken_libraries/crashes.so"), Library("bench/broken_libraries/hangs.so"),
       Library("bench/broken_libraries/overlaps.so"), Library("bench/broken_libraries/refuses.so"),
       Library("bench/broken_libraries/no_malloc.so"), kSystem});
  options.timeout = std::chrono::seconds(2);
  const Json record = RunComparePrograms(options);
  EXPECT_EQ(Reason(record, "work", "crashes.so"), "killed by SIGSEGV (Segmentation fault)");
  EXPECT_EQ(Reason(record, "work", "hangs.so"), "took longer than 2 s");
  Says(Reason(record, "work", "overlaps.so"), "what it prints is not the same: at byte 0 of ");
  EXPECT_EQ(Reason(record, "work", "refuses.so"), "ended with status 3; it said: no memory");
  Says(Reason(record, "work", "no_malloc.so"), "no_malloc.so does not take malloc over: the ");
  ExpectSoundCell(CellOf(record, "work", "system"));
}

TEST_F(ComparePrograms, AnotherAnswerIsNoticed) {
  CompareProgramsOptions options =
      Options({Doing("whose", {"whose"}), Doing("chance", {"chance"}), Doing("file", {"whose"})},
              {Library(kJemalloc), kSystem});
  options.programs[2].files = {"never written"};
  const Json record = RunComparePrograms(options);
  const std::string reason = Reason(record, "whose", fs::path(kJemalloc).filename());
  Says(reason, "what it prints is not the same: at byte ");
  Says(reason, "lib/x86_64-linux-gnu/libjemalloc.so");
  ExpectSoundCell(CellOf(record, "whose", "system"));
  // Whatever a program does not answer twice cannot be compared.
  Says(Reason(record, "chance", "system"), "it does not answer the same twice: what it prints is");
  EXPECT_EQ(Reason(record, "file", "system"), "it did not write never written");
  EXPECT_EQ(Reason(record, "file", "libjemalloc.so.2"),
            "there is nothing to compare it with: system failed");
  EXPECT_TRUE(record["noise"][1]["cpu"]["noise"].is_null());
  EXPECT_TRUE(record["noise"][1]["cpu"]["ratio_to_system"].is_null());
}

// The third run is jemalloc's first timed one, after a check that found nothing.
TEST_F(ComparePrograms, AnswersAreComparedInEveryRun) {
  const Json record = RunComparePrograms(
      Options({Doing("unless", {"unless", "3"})}, {Library(kJemalloc), kSystem}));
  Says(Reason(record, "unless", "libjemalloc.so.2"), "it is \"something else?\"");
  ExpectSoundCell(CellOf(record, "unless", "system"));
  // And after system's own first one it is run once more.
  for (const char* time : {"4", "5"}) {
    const Json again = RunComparePrograms(
        Options({Doing("unless", {"unless", time})}, {Library(kJemalloc), kSystem}));
    Says(Reason(again, "unless", "system"), "it does not answer the same twice: ");
    EXPECT_EQ(CellOf(again, "unless", "libjemalloc.so.2")["status"], "ok");
    EXPECT_TRUE(CellOf(again, "unless", "libjemalloc.so.2")["cpu"]["ratio_to_system"].is_null());
  }
}

// Who takes plainly more processor time needs no further blocks; who merely waits is run on.
TEST_F(ComparePrograms, ASlowRowStopsAtThreeBlocks) {
  CompareProgramsOptions options = Options({Doing("slow", {"slow_under", "jemalloc", "400", "0"}),
                                            Doing("wait", {"slow_under", "jemalloc", "0", "1500"})},
                                           {Library(kJemalloc), kSystem});
  options.limits.blocks = 4;
  const Json record = RunComparePrograms(options);
  EXPECT_EQ(record["provenance"]["blocks"], 4);
  const Json& slow = CellOf(record, "slow", "libjemalloc.so.2");
  EXPECT_EQ(slow["cpu_s_blocks"].size(), 3u);
  EXPECT_EQ(slow["cpu"]["standing"], "slower");
  EXPECT_EQ(slow["leads"], false);
  EXPECT_EQ(CellOf(record, "slow", "system")["cpu_s_blocks"].size(), 4u);
  EXPECT_EQ(CellOf(record, "slow", "system")["leads"], true);
  EXPECT_EQ(CellOf(record, "wait", "libjemalloc.so.2")["cpu_s_blocks"].size(), 4u);
}

TEST_F(ComparePrograms, FilesAreAPartOfTheAnswer) {
  MeasuredProgram program = Doing("copy", {});
  program.command = {"sh", "-c",
                     "printf '%s' \"$LD_PRELOAD\" >copy; exec " + Subject() + " work 9"};
  program.files = {"copy"};
  const Json record = RunComparePrograms(Options({program}, {Library(kJemalloc), kSystem}));
  Says(Reason(record, "copy", "libjemalloc.so.2"), "copy is not the same: at byte 0 of ");
}

TEST_F(ComparePrograms, WhatIsNotInstalledIsARowThatSaysSo) {
  CompareProgramsOptions options = Options({Doing("gone", {"work", "1"})}, {kSystem});
  options.programs[0].needed = {
      {Subject(), "none"}, {"no-such-program", "such-a-package"}, {"nor-this", "such-a-package"}};
  const Json record = RunComparePrograms(options);
  EXPECT_EQ(record["programs"].size(), 1u);
  EXPECT_EQ(Reason(record, "gone", "system"),
            "not installed: no-such-program, nor-this; apt-get install such-a-package");
}

TEST_F(ComparePrograms, AnInputThatCannotBeMadeIsAReason) {
  MeasuredProgram program = Doing("input", {"whose"});
  program.inputs = {{"a", "text\n"}};
  program.preparation = {{"cp", "a", "b"}, {"cat", "c"}};
  const Json record = RunComparePrograms(Options({program}, {kSystem}));
  Says(Reason(record, "input", "system"),
       "its input could not be made: ended with status 1; it said");
}

TEST_F(ComparePrograms, InputsAndPreparationComeBeforeEveryRun) {
  MeasuredProgram program = Doing("input", {});
  program.inputs = {{"a", "text"}};
  program.preparation = {{"cp", "a", "b"}};
  // Nothing of the run before is there.
  program.command = {"sh", "-c", "cat ../input/b && mkdir new && cp ../input/a made"};
  program.files = {"made"};
  ExpectSoundCell(CellOf(RunComparePrograms(Options({program}, {kSystem})), "input", "system"));
}

MeasuredProgram Serving(const std::string& how) {
  MeasuredProgram program = Doing("server", {"serve", "socket", how});
  program.socket = "socket";
  program.load = {{{Subject(), "ask", "socket", "a question"}, true}, {{Subject(), "time", "200"}}};
  return program;
}

TEST_F(ComparePrograms, AServerIsAskedAndMeasuredAlone) {
  const Json record = RunComparePrograms(Options({Serving("")}, {Library(kJemalloc), kSystem}));
  for (const Json& cell : record["cells"]) {
    ExpectSoundCell(cell);
    for (const Json& cpu : cell["cpu_s_blocks"]) {
      EXPECT_GE(cpu.get<double>(), 0.03);  // that it takes to answer
      EXPECT_LT(cpu.get<double>(), 0.2);   // and not that of who asks
    }
  }
}

TEST_F(ComparePrograms, AServerThatDoesNotServeIsAReason) {
  EXPECT_EQ(
      Reason(RunComparePrograms(Options({Serving("crashes")}, {kSystem})), "server", "system"),
      "killed by SIGSEGV (Segmentation fault)");
  MeasuredProgram early = Serving("");
  early.command = {Subject(), "exit", "0"};
  EXPECT_EQ(Reason(RunComparePrograms(Options({early}, {kSystem})), "server", "system"),
            "it ended before it had been asked");
  MeasuredProgram unasked = Serving("");
  unasked.load[0].command = {Subject(), "ask", "elsewhere", "a question"};
  EXPECT_EQ(Reason(RunComparePrograms(Options({unasked}, {kSystem})), "server", "system"),
            "subject, which asked it, ended with status 6");
}

TEST_F(ComparePrograms, InterruptedItReportsWhatThereIs) {
  CompareProgramsOptions options = Options({Doing("work", {"work", "100"})}, {kSystem});
  options.limits.blocks = 100;
  std::size_t runs = 0;
  options.progress = [&](const CompareProgress&) { ++runs; };
  // One check, and a block of two.
  options.limits.interrupted = [&] { return runs >= 6; };
  const Json record = RunComparePrograms(options);
  EXPECT_EQ(record["provenance"]["interrupted"], true);
  EXPECT_EQ(record["provenance"]["blocks"], 2);
  EXPECT_EQ(CellOf(record, "work", "system")["status"], "ok");
}

TEST_F(ComparePrograms, InterruptedTooEarlyItReportsNothingAndWaitsForNobody) {
  CompareProgramsOptions options = Options({Doing("sleep", {"sleep", "60"})}, {kSystem});
  options.timeout = std::chrono::minutes(2);
  std::size_t runs = 0;
  options.progress = [&](const CompareProgress&) { ++runs; };
  options.limits.interrupted = [&] { return runs > 0; };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(RunComparePrograms(options), Interrupted);
  // The program would have taken a minute.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(40));
}

}  // namespace
}  // namespace alloclab
