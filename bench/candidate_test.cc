// Which allocators a list of names means, and which lists are refused.

#include "bench/candidate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"

namespace alloclab {
namespace {

constexpr const char* kLibrary = "bench/no_malloc.so";

std::vector<std::string> Names(const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const Candidate& candidate : ResolveCandidates(names)) {
    found.push_back(std::string(TableName(candidate.table)) + "/" + candidate.name);
  }
  return found;
}

std::string Refusal(const std::vector<std::string>& names) {
  try {
    ResolveCandidates(names);
  } catch (const CompareError& error) {
    return error.what();
  }
  return "not refused";
}

using Strings = std::vector<std::string>;

TEST(Candidate, EachTableThatIsNotEmptyHasSystem) {
  EXPECT_EQ(Names({"bump"}), (Strings{"in_process/bump", "in_process/system"}));
  EXPECT_EQ(Names({"system", "bump"}), (Strings{"in_process/system", "in_process/bump"}));
  EXPECT_EQ(Names({kLibrary}), (Strings{"preload/no_malloc.so", "preload/system"}));
  EXPECT_EQ(Names({kLibrary, "bump"}), (Strings{"in_process/bump", "in_process/system",
                                                "preload/no_malloc.so", "preload/system"}));
}

TEST(Candidate, ANameCountsOnce) {
  EXPECT_EQ(Names({"bump", "bump"}), (Strings{"in_process/bump", "in_process/system"}));
}

TEST(Candidate, NoNamesMeanEverything) {
  const Strings everything = Names({});
  for (const std::string_view name : Variants::kNames) {
    const std::string wanted = "in_process/" + std::string(name);
    EXPECT_EQ(std::count(everything.begin(), everything.end(), wanted), 1) << wanted;
  }
}

TEST(Candidate, PathsBecomeAbsolute) {
  const std::vector<Candidate> candidates = ResolveCandidates({kLibrary});
  EXPECT_TRUE(std::filesystem::path(candidates[0].path).is_absolute());
  EXPECT_TRUE(std::filesystem::exists(candidates[0].path));
}

TEST(Candidate, RefusalsNameWhatIsWrong) {
  EXPECT_EQ(Refusal({"tlsfx"}).find("unknown allocator \"tlsfx\". Known are: "), 0u);
  EXPECT_EQ(Refusal({"/nowhere/lib.so"}).find("/nowhere/lib.so: there is no such file"), 0u);
  const std::string text = std::string(testing::TempDir()) + "/text.so";
  std::ofstream(text) << "not an ELF file, though it is long enough to hold the header of one: "
                      << std::string(100, '.');
  EXPECT_EQ(Refusal({text}).find(text + ": this is not a shared library"), 0u);
  std::ofstream(text, std::ios::trunc) << "\177ELF";
  EXPECT_EQ(Refusal({text}).find(text + ": this is not a shared library"), 0u);
  const std::string folder = std::string(testing::TempDir()) + "/other";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(kLibrary, folder + "/no_malloc.so",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(kLibrary, folder + "/a b.so",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(Refusal({folder + "/a b.so"}).find("LD_PRELOAD cannot name"), std::string::npos);
  EXPECT_EQ(Refusal({kLibrary, folder + "/no_malloc.so"}).find("two libraries are called"), 0u);
}

}  // namespace
}  // namespace alloclab
