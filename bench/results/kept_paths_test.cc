// Paths of this machine do not get into what is kept, however they are spelled.

#include "bench/results/kept_paths.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace alloclab::results {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string PathOf(const std::vector<Place>& places, const char* list, const std::string& given) {
  const Json record = {{list, {{{"name", "a"}, {"path", given}}}}};
  return WithPathsFrom(places, record)[list][0]["path"].get<std::string>();
}

TEST(WithPathsFrom, TellsWhatLiesInsideFromThere) {
  const auto path = [](const char* list, const std::string& root, const std::string& given) {
    return PathOf({{root, ""}}, list, given);
  };
  EXPECT_EQ(path("traces", "/a/b", "/a/b/c/d.alt"), "c/d.alt");
  EXPECT_EQ(path("allocators", "/a/b/", "/a/b/./x/../d.so"), "d.so");
  EXPECT_EQ(path("traces", "/a/b", "/a/bc/d.alt"), "/a/bc/d.alt");
  EXPECT_EQ(path("allocators", "/a/b", "/usr/lib/libx.so"), "/usr/lib/libx.so");
  EXPECT_EQ(path("traces", "/a/b", "d.alt"), "d.alt");
  EXPECT_EQ(path("allocators", "/a/b", ""), "");
  EXPECT_EQ(path("allocators", "/", "/usr/lib/libx.so"), "/usr/lib/libx.so");
  EXPECT_EQ(WithPathsFrom({{"/a", ""}}, {{"cells", {1}}}), Json({{"cells", {1}}}));
}

// A tree with a folder in it, a link to the tree, and whoever runs it inside of the folder.
class KeptPathsIn : public testing::Test {
 protected:
  KeptPathsIn() {
    fs::remove_all(home_);
    fs::create_directories(tree_ / "traces/corpus");
    fs::create_directory_symlink(tree_, link_);
    fs::current_path(tree_ / "traces");
  }
  ~KeptPathsIn() override { fs::current_path(before_); }

  const fs::path before_ = fs::current_path();
  const fs::path home_ = fs::canonical(testing::TempDir()) / "kept_paths";
  const fs::path tree_ = home_ / "tree";
  const fs::path link_ = home_ / "link";
};

TEST_F(KeptPathsIn, ARelativePathIsFromWhereItWasGiven) {
  for (const fs::path& root : {tree_, link_}) {
    EXPECT_EQ(PathOf({{root, ""}}, "traces", "corpus/git.alt"), "traces/corpus/git.alt") << root;
    EXPECT_EQ(PathOf({{root, ""}}, "traces", "../git.alt"), "git.alt") << root;
    EXPECT_EQ(PathOf({{root, ""}}, "traces", "../../git.alt"), "../../git.alt") << root;
  }
  EXPECT_EQ(PathOf({{"..", ""}}, "traces", "corpus/git.alt"), "traces/corpus/git.alt");
}

TEST_F(KeptPathsIn, ALinkToTheTreeIsTheTree) {
  for (const fs::path& root : {tree_, link_}) {
    for (const fs::path& given : {tree_, link_}) {
      EXPECT_EQ(PathOf({{root, ""}}, "traces", given / "traces/corpus/git.alt"),
                "traces/corpus/git.alt")
          << root << " " << given;
    }
  }
  // The name of a link in the tree is its name.
  fs::create_symlink("/usr/lib/libx.so.2", tree_ / "libx.so");
  EXPECT_EQ(PathOf({{tree_, ""}}, "allocators", link_ / "libx.so"), "libx.so");
}

TEST(WithPathsFrom, TheInnermostPlaceIsTold) {
  const std::vector<Place> places = {{"/t", "$TMPDIR"}, {"/t/tree", ""}, {"/t/tree/out", "bin"}};
  EXPECT_EQ(PathOf(places, "traces", "/t/a.alt"), "$TMPDIR/a.alt");
  EXPECT_EQ(PathOf(places, "traces", "/t/tree/a.alt"), "a.alt");
  EXPECT_EQ(PathOf(places, "allocators", "/t/tree/out/a.so"), "bin/a.so");
}

TEST(WithPathsFrom, AnyTextTellsPathsFromThere) {
  const std::vector<Place> places = {{"/t", "$TMPDIR"}, {"/w/tree", ""}};
  const Json record = {
      {"programs",
       {{{"command", {"env", "A=/t/x/run", "/w/tree/bin/p", "-I/w/tree", "/w/trees/q", "/t"}}}}},
      {"cells",
       {{{"reason", "it said: /t/x/run/a: no such file, see \"/w/tree/b\" or /x/w/tree/b"},
         {"blocks", {1.5, 2}}}}}};
  const Json expected = {
      {"programs",
       {{{"command", {"env", "A=$TMPDIR/x/run", "bin/p", "-I/w/tree", "/w/trees/q", "$TMPDIR"}}}}},
      {"cells",
       {{{"reason", "it said: $TMPDIR/x/run/a: no such file, see \"b\" or /x/w/tree/b"},
         {"blocks", {1.5, 2}}}}}};
  EXPECT_EQ(WithPathsFrom(places, record), expected);
}

}  // namespace
}  // namespace alloclab::results
