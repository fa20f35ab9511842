// What the validator says of records.

#ifndef ALLOCLAB_BENCH_SCHEMA_VERDICT_H_
#define ALLOCLAB_BENCH_SCHEMA_VERDICT_H_

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alloclab::schema {

using Json = nlohmann::ordered_json;

// Where the records that are looked at go.
inline std::string Folder() {
  static const std::string folder = [] {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "schema_test";
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    return path.string();
  }();
  return folder;
}

struct Named {
  std::string name;
  Json record;
};

// What the validator says of each record: "ok", or the place and what is wrong.
inline std::vector<std::string> Verdicts(const std::string& kind,
                                         const std::vector<Named>& records) {
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

inline std::string Verdict(const std::string& kind, const Json& record) {
  return Verdicts(kind, {{"", record}})[0];
}

}  // namespace alloclab::schema

#endif  // ALLOCLAB_BENCH_SCHEMA_VERDICT_H_
