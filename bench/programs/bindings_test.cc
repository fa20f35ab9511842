// Lines as the loader of glibc 2.36 writes them, on files of this machine.

#include "bench/programs/bindings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "bench/programs/program_run.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

constexpr char kJemalloc[] = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";
constexpr char kNoMalloc[] = "bench/broken_libraries/no_malloc.so";

class Bindings : public testing::Test {
 protected:
  Bindings() : folder_(fs::path(testing::TempDir()) / "watched") {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
  }
  // As process `process`; '\'' stands for both kinds of quotes.
  void Write(int process, const std::string& from, const std::string& to, const std::string& name) {
    std::ofstream(folder_ / ("bindings." + std::to_string(process)), std::ios::app)
        << "     " << process << ":\tbinding file " << from << " [0] to " << to
        << " [0]: normal symbol `" << name << "' [GLIBC_2.2.5]\n";
  }
  std::string WhyNot(const std::string& library = kJemalloc) const {
    return WhyNotBoundTo(library, folder_);
  }

  const std::string libc_ = SystemLibrary();
  const fs::path folder_;
};

TEST_F(Bindings, AreTheLibrarysInEveryProcess) {
  ASSERT_TRUE(fs::exists(kJemalloc)) << "apt-get install libjemalloc2";
  Write(1, "/bin/a", kJemalloc, "malloc");
  Write(1, "/bin/a", kJemalloc, "free");
  Write(1, "/bin/a", libc_, "calloc_of_mine");
  Write(1, libc_, kJemalloc, "malloc");
  Write(2, "/bin/b", "/lib/x86_64-linux-gnu/libjemalloc.so.2", "malloc");  // the same file
  EXPECT_EQ(WhyNot(), "");
  Write(3, "/bin/c", libc_, "free");
  EXPECT_EQ(WhyNot(), std::string(kJemalloc) +
                          " does not take malloc over: the free of /bin/c is "
                          "that of " +
                          libc_);
  EXPECT_NE(WhyNot(libc_), "");
}

TEST_F(Bindings, OfTheLibraryItselfAreItsOwnBusiness) {
  Write(1, "/bin/a", kJemalloc, "malloc");
  Write(1, kJemalloc, libc_, "malloc");
  EXPECT_EQ(WhyNot(), "");
}

// The address of malloc in a program that is not position-independent.
TEST_F(Bindings, ToAStubSayNothing) {
  Write(1, "/bin/a", kNoMalloc, "malloc");
  EXPECT_NE(WhyNot().find("nothing in it asked the loader for malloc"), std::string::npos);
  Write(1, kNoMalloc, kJemalloc, "malloc");
  EXPECT_EQ(WhyNot(), "");
}

TEST_F(Bindings, AreNoneWhereNobodyAskedForMalloc) {
  std::ofstream(folder_ / "another_file")
      << "binding file /bin/a [0] to " << kJemalloc << " [0]: normal symbol `malloc'\n";
  std::ofstream(folder_ / "bindings.9") << "     9:\tbinding file /bin/a [0] to\n     9:\t\n";
  Write(1, "/bin/a", libc_, "printf");
  EXPECT_NE(WhyNot().find("nothing in it asked the loader for malloc"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
