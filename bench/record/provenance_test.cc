// What a record says of its source tree, of a repository made for it.

#include "bench/record/provenance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace alloclab {
namespace {

namespace fs = std::filesystem;

class ProvenanceOf : public testing::Test {
 protected:
  ProvenanceOf() {
    fs::remove_all(root_);
    fs::create_directories(root_ + "/bench/results");
    setenv("HOME", root_.c_str(), 1);  // no settings but ours
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    Write("a.cc", "int a;");
    Git("init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm a");
  }

  void Git(const std::string& arguments) const {
    ASSERT_EQ(std::system(("cd " + root_ + " && git " + arguments).c_str()), 0) << arguments;
  }
  void Write(const std::string& file, const std::string& text) const {
    fs::create_directories(fs::path(root_ + "/" + file).parent_path());
    std::ofstream(root_ + "/" + file) << text;
  }
  bool Dirty() const { return Provenance(root_)["dirty"]; }

  const std::string root_ = testing::TempDir() + "/provenance_test";
};

TEST_F(ProvenanceOf, ACommitIsNamedAndCleanUntilSomethingIsChanged) {
  EXPECT_EQ(Provenance(root_)["commit"].get<std::string>().size(), 40u);
  EXPECT_FALSE(Dirty());
  Write("a.cc", "int b;");
  EXPECT_TRUE(Dirty());
  Write("a.cc", "int a;");
  EXPECT_FALSE(Dirty());
  Write("new.cc", "int c;");
  EXPECT_TRUE(Dirty());
}

TEST_F(ProvenanceOf, RecordsThatWereKeptAreNoChange) {
  Write("bench/results/20261127T092106Z-0123456789ab/traces.json", "{}");
  EXPECT_FALSE(Dirty());
  Write("bench/other", "x");
  EXPECT_TRUE(Dirty());
  fs::remove(root_ + "/bench/other");
  // Elsewhere a folder of that name is none of them.
  Write("sub/bench/results/x", "x");
  EXPECT_TRUE(Dirty());
}

TEST_F(ProvenanceOf, OutsideOfARepositoryThereIsNoCommit) {
  const std::string outside = testing::TempDir() + "/provenance_outside";
  fs::create_directories(outside);
  setenv("GIT_CEILING_DIRECTORIES", testing::TempDir().c_str(), 1);
  EXPECT_EQ(Provenance(outside)["commit"], "");
  EXPECT_EQ(Provenance(outside)["dirty"], false);
  unsetenv("GIT_CEILING_DIRECTORIES");
}

}  // namespace
}  // namespace alloclab
