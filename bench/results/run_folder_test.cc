// What is saved comes back, nothing is overwritten, and what cannot be read is named.

#include "bench/results/run_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "bench/results/record_text.h"

namespace alloclab::results {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string FreshFolder(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder);
  return folder;
}

Json Timeline(int points) {
  Json event = Json::array();
  for (int i = 0; i < points; ++i) event.push_back(i);
  return {{"event", event}, {"live_bytes", event}};
}

Json Record() {
  return {
      {"schema", 2},
      {"provenance",
       {{"commit", "0123456789abcdef0123456789abcdef01234567"},
        {"dirty", false},
        {"time_utc", "2026-11-27T09:21:06Z"}}},
      {"cells",
       {{{"table", "preload"},
         {"trace", "a"},
         {"allocator", "x"},
         {"ns", {1.23456789, 2.0}},
         {"timeline", Timeline(200)}},
        {{"table", "preload"}, {"trace", "a"}, {"allocator", "y"}, {"reason", "failed"}},
        {{"table", "in_process"}, {"trace", "a"}, {"allocator", "x"}, {"timeline", Timeline(3)}}}},
  };
}

std::string RefusalOf(const Json& record, const std::string& folder) {
  try {
    SaveRecord(record, folder);
  } catch (const ResultsError& error) {
    return error.what();
  }
  return "";
}

std::string RefusalToRead(const std::string& folder) {
  try {
    ReadRun(folder);
  } catch (const ResultsError& error) {
    return error.what();
  }
  return "";
}

TEST(RunFolder, ItsNameIsTimeAndCommitAndWhetherTheTreeWasClean) {
  Json provenance = Record()["provenance"];
  EXPECT_EQ(RunName(provenance), "20261127T092106Z-0123456789ab");
  provenance["dirty"] = true;
  EXPECT_EQ(RunName(provenance), "20261127T092106Z-0123456789ab-dirty");
  provenance["commit"] = "";
  EXPECT_EQ(RunName(provenance), "20261127T092106Z-nocommit-dirty");
  for (const char* name : {"20261127T092106Z-0123456789ab", "a/20261127T092106Z-nocommit-dirty",
                           "a/20261127T092106Z-0123456789ab/"}) {
    EXPECT_TRUE(IsRunFolder(name)) << name;
  }
  for (const char* name :
       {"", "results", "20261127T092106Z", "x20261127T092106Z-0123456789ab",
        "20261127T092106Z-0123456789ab-new", "20261127T092106Z-0123456789ab/traces.json"}) {
    EXPECT_FALSE(IsRunFolder(name)) << name;
  }
}

TEST(RunFolder, WhatIsSavedComesBack) {
  const std::string results = FreshFolder("comes_back") + "/bench/results";
  const std::string folder = SaveRecord(Record(), results);
  EXPECT_EQ(folder, results + "/20261127T092106Z-0123456789ab");
  const auto records = ReadRun(folder);
  ASSERT_EQ(records.size(), 1u);
  Json expected = Record();
  expected["cells"][0]["ns"] = {1.23457, 2.0};
  EXPECT_EQ(records.at("traces"), expected);
  // The timelines are beside it, and nothing else is.
  const std::string text = ReadText(folder + "/traces.json");
  EXPECT_EQ(text.find("timeline"), std::string::npos);
  EXPECT_LT(fs::file_size(folder + "/traces.timelines.json.zst"), Timeline(200).dump().size());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}

TEST(RunFolder, NothingIsOverwritten) {
  const std::string results = FreshFolder("overwritten");
  const std::string folder = SaveRecord(Record(), results);
  const std::string before = ReadText(folder + "/traces.json");
  Json other = Record();
  other["cells"][0]["timeline"] = Timeline(5);
  other["cells"][0]["ns"] = {7};
  EXPECT_EQ(RefusalOf(other, results),
            folder +
                "/traces.json: is there already, and results are never overwritten; save into "
                "another folder");
  EXPECT_EQ(ReadText(folder + "/traces.json"), before);
  EXPECT_EQ(ReadRun(folder).at("traces")["cells"][0]["timeline"], Timeline(200));
  const Json provenance = Record()["provenance"];
  EXPECT_THROW(CheckRoom("traces", folder, provenance), ResultsError);
  EXPECT_NO_THROW(CheckRoom("workloads", folder, provenance));
  EXPECT_NO_THROW(CheckRoom("traces", results, provenance));
  EXPECT_THROW(WriteNewText(folder + "/traces.json", "x"), ResultsError);
  EXPECT_EQ(ReadText(folder + "/traces.json"), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}

std::string WhyNoRoom(const std::string& kind, const std::string& folder, const Json& provenance) {
  try {
    CheckRoom(kind, folder, provenance);
  } catch (const ResultsError& error) {
    return error.what();
  }
  return "";
}

// What would be refused when it has been measured is refused before.
TEST(CheckRoom, FindsOutWhetherARecordCanBeWritten) {
  const Json provenance = Record()["provenance"];
  const std::string file = FreshFolder("no_folder");
  std::ofstream(file) << "x";
  EXPECT_NE(WhyNoRoom("traces", file, provenance).find(": cannot be written: "), std::string::npos);
  EXPECT_NE(WhyNoRoom("traces", file + "/results", provenance).find(": cannot be written: "),
            std::string::npos);
  // Where nobody can make files, not even who may do anything.
  EXPECT_NE(WhyNoRoom("traces", "/proc", provenance).find(": cannot be written: "),
            std::string::npos);
  // A folder that is not there yet is made, and nothing is left in it.
  const std::string results = FreshFolder("new") + "/bench/results";
  EXPECT_EQ(WhyNoRoom("traces", results, provenance), "");
  EXPECT_TRUE(fs::is_empty(results));
  // Timelines that belong to no record are not overwritten.
  const std::string run = results + "/20261127T092106Z-0123456789ab";
  fs::create_directories(run);
  std::ofstream(run + "/traces.timelines.json.zst") << "x";
  EXPECT_NE(
      WhyNoRoom("traces", run, provenance).find("traces.timelines.json.zst: is there already"),
      std::string::npos);
  EXPECT_EQ(WhyNoRoom("workloads", run, provenance), "");
}

TEST(CheckRoom, ARunIsOfOneSourceTree) {
  Json provenance = Record()["provenance"];
  const std::string run = FreshFolder("one_tree") + "/20200101T000000Z-0123456789ab";
  EXPECT_EQ(WhyNoRoom("traces", run, provenance), "");
  EXPECT_EQ(WhyNoRoom("traces", run + "/", provenance), "");
  provenance["dirty"] = true;
  EXPECT_EQ(
      WhyNoRoom("traces", run, provenance)
          .find(run + ": holds what another source tree than the present one (0123456789ab-dirty)"),
      0u);
  EXPECT_EQ(WhyNoRoom("traces", run + "-dirty", provenance), "");
  provenance["dirty"] = false;
  provenance["commit"] = "fedcba9876543210fedcba9876543210fedcba98";
  EXPECT_NE(WhyNoRoom("traces", run, provenance), "");
}

// Records of several kinds that belong together are saved one by one.
TEST(RunFolder, ARecordOfAnotherKindJoinsARun) {
  const std::string folder = SaveRecord(Record(), FreshFolder("joins"));
  Json workloads = {{"schema", 1}, {"kind", "workloads"}, {"provenance", Json::object()}};
  EXPECT_EQ(SaveRecord(workloads, folder), folder);
  const auto records = ReadRun(folder);
  EXPECT_EQ(records.size(), 2u);
  EXPECT_EQ(records.at("workloads"), workloads);
  EXPECT_NE(RefusalOf(workloads, folder).find("workloads.json: is there already"),
            std::string::npos);
}

TEST(RunFolder, RunsAreInTheOrderOfTime) {
  const std::string results = FreshFolder("order");
  EXPECT_TRUE(RunFolders(results).empty());
  Json record = Record();
  std::vector<std::string> expected;
  for (const char* time :
       {"2026-01-02T00:00:00Z", "2026-11-27T09:21:06Z", "2027-01-01T00:00:00Z"}) {
    record["provenance"]["time_utc"] = time;
    record["provenance"]["dirty"] = expected.size() == 1;
    expected.push_back(SaveRecord(record, results));
  }
  fs::create_directories(results + "/3-no-run");
  std::ofstream(results + "/20280127T092106Z-0123456789ab");  // no folder
  EXPECT_EQ(RunFolders(results), expected);
}

TEST(RunFolder, WhatCannotBeReadIsNamed) {
  const std::string folder = FreshFolder("unreadable");
  EXPECT_EQ(RefusalToRead(folder).find(folder + ": holds no record (traces.json"), 0u);
  fs::create_directories(folder);
  std::ofstream(folder + "/traces.json") << "{\"schema\": ";
  EXPECT_EQ(RefusalToRead(folder).find(folder + "/traces.json: is no JSON at byte 12"), 0u)
      << RefusalToRead(folder);
  std::ofstream(folder + "/traces.json") << "{\"kind\": \"programs\"}";
  EXPECT_EQ(RefusalToRead(folder).find(folder + "/traces.json: is no record of traces"), 0u);
  for (const char* text : {"{\"kind\": 5}", "{\"kind\": null}", "[]", "7"}) {
    std::ofstream(folder + "/traces.json") << text;
    EXPECT_EQ(RefusalToRead(folder).find(folder + "/traces.json: is no record of traces"), 0u)
        << text << " " << RefusalToRead(folder);
  }
  std::ofstream(folder + "/traces.json") << "{\"cells\": 1e999}";
  EXPECT_EQ(RefusalToRead(folder).find(folder + "/traces.json: is no JSON"), 0u)
      << RefusalToRead(folder);
  std::ofstream(folder + "/traces.json") << "{\"cells\": []}";
  EXPECT_EQ(RefusalToRead(folder), "");
  const std::string timelines = folder + "/traces.timelines.json.zst";
  std::ofstream(timelines) << "not packed";
  EXPECT_EQ(RefusalToRead(folder).find(timelines + ": is not what alloclab packed"), 0u);
  fs::remove(timelines);
  WriteNewText(timelines, "{\"timelines\": [{}]}");
  EXPECT_EQ(RefusalToRead(folder), "");
  fs::resize_file(timelines, fs::file_size(timelines) - 3);
  EXPECT_EQ(RefusalToRead(folder).find(timelines + ": is damaged"), 0u) << RefusalToRead(folder);
  fs::remove(timelines);
  WriteNewText(timelines, "[]");
  EXPECT_EQ(RefusalToRead(folder).find(timelines + ": holds no timelines"), 0u);
}

TEST(RunFolder, AFolderThatCannotBeMadeIsNamed) {
  const std::string file = FreshFolder("a_file");
  std::ofstream(file) << "x";
  EXPECT_NE(RefusalOf(Record(), file).find(": cannot be written: "), std::string::npos)
      << RefusalOf(Record(), file);
}

TEST(RecordText, HasALineForEachEntryAndOneForAListOfFigures) {
  const Json record = {{"schema", 2},
                       {"empty", Json::array()},
                       {"none", Json::object()},
                       {"cells",
                        {{{"name", "a \"b\"\n"}, {"blocks", {1.5, 2, nullptr}}},
                         {{"curve", {{0.5, 7}, {1, 8}}}, {"leads", true}}}}};
  EXPECT_EQ(RecordText(record), R"({
 "schema": 2,
 "empty": [],
 "none": {},
 "cells": [
  {
   "name": "a \"b\"\n",
   "blocks": [1.5, 2, null]
  },
  {
   "curve": [[0.5, 7], [1, 8]],
   "leads": true
  }
 ]
}
)");
}

TEST(RecordText, FiguresHaveSixDigitsAndWholeNumbersAll) {
  const Json rounded = Rounded({{"ns", 52.57420694747854},
                                {"small", 0.000123456789},
                                {"large", 123456789.4},
                                {"whole", 12345678901234567u},
                                {"negative", -1.00000049},
                                {"seven", 7.0}});
  EXPECT_EQ(rounded.dump(),
            R"({"ns":52.5742,"small":0.000123457,"large":123457000.0,"whole":12345678901234567,)"
            R"("negative":-1.0,"seven":7.0})");
}

Json RandomJson(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return random();
    case 3:
      return -static_cast<std::int64_t>(random() >> 1);
    case 4:
      return std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 100) - 80);
    case 5: {
      std::string text;
      for (std::uint64_t i = random() % 6; i > 0; --i)
        text += static_cast<char>(random() % 127 + 1);
      return text;
    }
    case 6: {
      Json list = Json::array();
      for (std::uint64_t i = random() % 5; i > 0; --i)
        list.push_back(RandomJson(random, depth - 1));
      return list;
    }
    default: {
      Json object = Json::object();
      for (std::uint64_t i = random() % 5; i > 0; --i) {
        object["k" + std::to_string(random() % 100) + "\""] = RandomJson(random, depth - 1);
      }
      return object;
    }
  }
}

TEST(RecordText, ReadsBackAsItWas) {
  constexpr std::uint64_t kSeed = 20261127;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    const Json json = RandomJson(random, 5);
    ASSERT_EQ(Json::parse(RecordText(json)), json) << "seed " << kSeed << ", document " << i;
    const Json rounded = Rounded(json);
    ASSERT_EQ(Rounded(rounded), rounded) << "seed " << kSeed << ", document " << i;
  }
}

}  // namespace
}  // namespace alloclab::results
