// How the validator ends, and that the records of other tests are such.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/schema/compared_record.h"
#include "bench/schema/verdict.h"

namespace alloclab::schema {
namespace {

Json FromFile(const std::string& path) {
  std::ifstream file(path);
  return Json::parse(file);
}

// How the validator ends with these arguments, where Python finds modules in `modules` first.
int StatusOfValidator(const std::string& arguments, const std::string& modules) {
  const std::string command = "PYTHONPATH=" + modules +
                              " /usr/bin/python3 bench/schema/validate.py " + arguments +
                              " >/dev/null 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));
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

}  // namespace
}  // namespace alloclab::schema
