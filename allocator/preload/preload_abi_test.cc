// What a stand-in for malloc owes a program, under each library: the scenarios of subjects/ (C1 to
// C19 as far as a program can see them, and what C, C++, POSIX and glibc add), and the library as
// the loader sees it.

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "allocator/preload/run_program.h"

namespace alloclab::preload {
namespace {

constexpr char kSubject[] = "allocator/preload/subjects/subject";
constexpr char kCounted[] = "allocator/preload/subjects/counted";
constexpr char kPlain[] = "allocator/preload/subjects/plain";
constexpr char kEarlyHandlers[] = "allocator/preload/subjects/early_handlers.so";

class PreloadAbi : public testing::TestWithParam<const char*> {};

// Prints its name when all held; each sentence that did not hold is on standard error.
TEST_P(PreloadAbi, Holds) {
  Outcome outcome = RunProgram({.argv = {kSubject, GetParam()}, .variables = UnderLibrary()});
  const std::vector<Statistics> said = TakeStatistics(outcome.err);
  EXPECT_FALSE(outcome.timed_out) << "it did not come to an end";
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, std::string(GetParam()) + "\n");
  ASSERT_EQ(said.size(), 1u) << outcome.err;
  EXPECT_EQ(said[0].variant, VariantUnderTest());
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, PreloadAbi,
    testing::Values("every_name_is_the_librarys", "every_function_serves", "errno_is_as_promised",
                    "memalign_rounds_the_alignment_up", "alignments_are_honoured_or_refused",
                    "usable_sizes_are_usable", "absurd_sizes_are_refused", "zeroed_memory_is_zero",
                    "large_zeroed_memory_is_not_touched", "realloc_keeps_bytes_and_frees_at_zero",
                    "reports_add_up", "exhaustion_is_survived", "every_new_meets_its_delete",
                    "new_calls_the_handler_and_throws", "nothrow_new_returns_null",
                    "other_names_are_the_same_heap", "before_main_and_after_it",
                    "threads_end_with_their_blocks", "fork_leaves_a_heap_that_works",
                    "fork_meets_the_files_of_the_c_library", "fork_in_a_signal_handler_comes_back",
                    "threads_pass_blocks_and_fork"),
    [](const auto& scenario) { return std::string(scenario.param); });

TEST(PreloadLibrary, SpeaksOnlyWhenAsked) {
  const std::string preload = "LD_PRELOAD=" + LibraryUnderTest();
  const auto lines = [&](const std::string& variable) {
    Outcome outcome =
        RunProgram({.argv = {kSubject, "zeroed_memory_is_zero"}, .variables = {preload, variable}});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const std::vector<Statistics> said = TakeStatistics(outcome.err);
    EXPECT_EQ(outcome.err, "");
    return said.size();
  };
  EXPECT_EQ(lines("ALLOCLAB_MALLOC_STATS=1"), 1u);
  EXPECT_EQ(lines("ALLOCLAB_MALLOC_STATS=0"), 0u);
  EXPECT_EQ(lines("ALLOCLAB_MALLOC_STATS="), 0u);
  EXPECT_EQ(lines("SOMETHING_ELSE=1"), 0u);

  Outcome report = RunProgram({.argv = {kCounted, "report"}, .variables = {preload}});
  EXPECT_EQ(TakeStatistics(report.err).size(), 1u) << "malloc_stats says nothing";
}

// The counts are those of a program whose calls are known.
TEST(PreloadLibrary, CountsTheCallsOfTheProgram) {
  const auto count = [](const char* calls) {
    Outcome outcome = RunProgram({.argv = {kCounted, calls}, .variables = UnderLibrary()});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const std::vector<Statistics> said = TakeStatistics(outcome.err);
    return said.size() == 1 ? said[0] : Statistics{};
  };
  const Statistics none = count("0");
  const Statistics many = count("1000");
  EXPECT_EQ(many.allocated, none.allocated + 1000);
  EXPECT_EQ(many.freed, none.freed + 900);
  EXPECT_GE(many.bytes_held, 100 * std::uint64_t{5000});
  EXPECT_GE(many.bytes_peak, 1000 * std::uint64_t{5000});
  EXPECT_GE(many.bytes_peak, many.bytes_held);
}

// A library that was initialised before us, and holds a lock across fork under which its threads
// allocate: with our lock taken first, each would wait for the other.
TEST(PreloadLibrary, IsInTheWayOfNobodysHandlersForFork) {
  std::vector<std::string> variables = UnderLibrary();
  variables[0] += ":" + std::filesystem::absolute(kEarlyHandlers).string();
  Outcome outcome =
      RunProgram({.argv = {kPlain, "fork_with_early_handlers"}, .variables = variables});
  EXPECT_EQ(TakeStatistics(outcome.err).size(), 1u);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.status, 0) << "142: somebody waits for ever";
}

TEST(PreloadLibrary, NewWithoutARuntimeIsNullOrSaysSo) {
  Outcome nothrow = RunProgram({.argv = {kPlain, "nothrow_new"}, .variables = UnderLibrary()});
  EXPECT_EQ(TakeStatistics(nothrow.err).size(), 1u);
  EXPECT_EQ(nothrow.err, "");
  EXPECT_EQ(nothrow.out, "4");
  EXPECT_EQ(nothrow.status, 0);

  const Outcome throwing = RunProgram({.argv = {kPlain, "new"}, .variables = UnderLibrary()});
  EXPECT_EQ(throwing.status, 128 + SIGABRT);
  EXPECT_EQ(throwing.err,
            "alloclab malloc: operator new is out of memory, and no C++ runtime is there to say "
            "so\n");
}

// The line goes to what was standard error at the start, or nowhere: by the end of a program that
// closes all it does not know, our descriptor may be a file of its own.
TEST(PreloadLibrary, WritesItsLineToNoFileOfTheProgram) {
  // Of the same file system as what RunProgram gives the program for its standard error.
  const int memory_file = memfd_create("file of the program", MFD_CLOEXEC);
  ASSERT_GE(memory_file, 0);
  const std::string path =
      "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(memory_file);
  const auto run = [&](const char* what) {
    Outcome outcome = RunProgram({.argv = {kPlain, what, path}, .variables = UnderLibrary()});
    EXPECT_EQ(outcome.status, 0) << what;
    std::ifstream file(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "mine") << what;
    const std::size_t lines = TakeStatistics(outcome.err).size();
    EXPECT_EQ(outcome.err, "");
    return lines;
  };
  EXPECT_EQ(run("reuse_descriptors"), 1u) << "standard error was there";
  EXPECT_EQ(run("reuse_all_descriptors"), 0u);
  close(memory_file);
}

std::set<std::string> Words(const std::string& text) {
  std::istringstream words(text);
  std::set<std::string> found;
  for (std::string word; words >> word;) found.insert(word);
  return found;
}

// Nothing but the C library is loaded with it, so a C program stays one.
TEST(PreloadLibrary, NeedsOnlyTheCLibrary) {
  const Outcome outcome =
      RunProgram({.argv = {"llvm-readelf-19", "--needed-libs", LibraryUnderTest()}});
  ASSERT_EQ(outcome.status, 0) << outcome.err << "apt-get install llvm-19";
  EXPECT_EQ(Words(outcome.out), (std::set<std::string>{"NeededLibraries", "[", "libc.so.6", "]"}));
}

// A name too many would take the place of a program's own.
TEST(PreloadLibrary, ExportsTheInterfaceAndNothingElse) {
  const Outcome outcome = RunProgram({.argv = {"llvm-nm-19", "--dynamic", "--defined-only",
                                               "--format=just-symbols", LibraryUnderTest()}});
  ASSERT_EQ(outcome.status, 0) << outcome.err << "apt-get install llvm-19";
  const std::set<std::string> wanted = Words(
      "malloc free calloc realloc reallocarray aligned_alloc memalign posix_memalign valloc "
      "pvalloc "
      "__libc_malloc __libc_free cfree __libc_calloc __libc_realloc __libc_memalign __libc_valloc "
      "__libc_pvalloc malloc_usable_size free_sized free_aligned_sized mallinfo mallinfo2 "
      "malloc_trim mallopt "
      "malloc_stats _Znwm _Znam _ZnwmRKSt9nothrow_t _ZnamRKSt9nothrow_t _ZnwmSt11align_val_t "
      "_ZnamSt11align_val_t _ZnwmSt11align_val_tRKSt9nothrow_t _ZnamSt11align_val_tRKSt9nothrow_t "
      "_ZdlPv _ZdaPv _ZdlPvRKSt9nothrow_t _ZdaPvRKSt9nothrow_t _ZdlPvm _ZdaPvm "
      "_ZdlPvSt11align_val_t _ZdaPvSt11align_val_t _ZdlPvSt11align_val_tRKSt9nothrow_t "
      "_ZdaPvSt11align_val_tRKSt9nothrow_t _ZdlPvmSt11align_val_t _ZdaPvmSt11align_val_t");
  EXPECT_EQ(Words(outcome.out), wanted);
}

}  // namespace
}  // namespace alloclab::preload
