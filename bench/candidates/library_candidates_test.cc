// Which libraries stand for a list of allocators, and which lists are refused.

#include "bench/candidates/library_candidates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "bench/process/compare_error.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJemalloc = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";
constexpr const char* kNoMalloc = "bench/broken_libraries/no_malloc.so";

// A library with a malloc, called `name`, in a folder of its own.
std::string LibraryCalled(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / "libraries";
  fs::create_directories(folder);
  fs::copy_file(kJemalloc, folder / name, fs::copy_options::overwrite_existing);
  return folder / name;
}

std::string LibraryOf(const std::string& variant) { return LibraryCalled("lib" + variant + ".so"); }

std::string Refusal(const std::vector<std::string>& names) {
  try {
    LibraryCandidates(names, LibraryOf);
  } catch (const CompareError& error) {
    return error.what();
  }
  return "not refused";
}

class LibraryCandidatesTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(fs::exists(kJemalloc)) << "apt-get install libjemalloc2"; }
};

TEST_F(LibraryCandidatesTest, VariantsStandForTheirLibraries) {
  const std::vector<Candidate> candidates =
      LibraryCandidates({"system", "tlsf", kJemalloc, "buddy", "tlsf"}, LibraryOf);
  ASSERT_EQ(candidates.size(), 4u);
  EXPECT_EQ(candidates[0], (Candidate{"tlsf", Table::kPreload, LibraryOf("tlsf")}));
  EXPECT_EQ(candidates[1], (Candidate{"buddy", Table::kPreload, LibraryOf("buddy")}));
  EXPECT_EQ(candidates[2].path, kJemalloc);
  EXPECT_EQ(candidates[3], (Candidate{"system", Table::kPreload, ""}));
  EXPECT_EQ(LibraryCandidate("tlsf", LibraryOf), candidates[0]);
  EXPECT_EQ(LibraryCandidate("system", LibraryOf), candidates[3]);
}

// Two rows of one name could not be told apart.
TEST_F(LibraryCandidatesTest, NoTwoHaveOneName) {
  EXPECT_NE(Refusal({"tlsf", LibraryCalled("tlsf")}).find("another allocator is also called tlsf"),
            std::string::npos);
  EXPECT_NE(Refusal({LibraryCalled("system")}).find("system"), std::string::npos);
}

// The loader would run a program without it, on the system's malloc.
TEST_F(LibraryCandidatesTest, ALibraryHasToTakeMallocOver) {
  EXPECT_NE(Refusal({kNoMalloc}).find("no_malloc.so: this library defines no malloc"),
            std::string::npos);
  EXPECT_THROW(LibraryCandidate(kNoMalloc, LibraryOf), CompareError);
  EXPECT_THROW(LibraryCandidates({"tlsf"}, [](const std::string&) { return kNoMalloc; }),
               CompareError);
  EXPECT_THROW(LibraryCandidates({"tlsf"}, [](const std::string&) { return "/nowhere/x.so"; }),
               CompareError);
}

}  // namespace
}  // namespace alloclab
