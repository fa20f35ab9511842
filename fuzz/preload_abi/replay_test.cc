// The oracles of the preload_abi target: a library in which one thing is wrong is found, by the
// rule that it breaks; one in which nothing is, is not.

#include "fuzz/preload_abi/replay.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/preload_abi/broken_malloc.h"
#include "fuzz/preload_abi/input.h"
#include "fuzz/preload_abi/library.h"
#include "fuzz/random_input.h"

namespace alloclab {
namespace {

const MallocLibrary& Broken() {
  static const MallocLibrary& library =
      *new MallocLibrary(LoadMallocLibrary(BuiltPath("fuzz/preload_abi/libmalloc_broken.so")));
  return library;
}

// The rule that random programs see broken when so much is wrong.
std::string Found(Wrong what) {
  const auto set = reinterpret_cast<decltype(&SetWrong)>(dlsym(Broken().handle, "SetWrong"));
  set(what);
  constexpr std::uint64_t kSeed = 5;
  constexpr std::uint64_t kInputs = 400;
  for (std::uint64_t i = 0; i < kInputs; ++i) {
    const AbiCase abi_case = DecodeAbiCase(RandomInput(kSeed, i, 200), 1);
    if (const auto violation = ReplayOnLibrary(abi_case.program.events, Broken())) {
      return std::string(RuleName(violation->rule)) + ": " + violation->text;
    }
  }
  return "";
}

TEST(AbiReplay, WhatIsRightIsNotFound) { EXPECT_EQ(Found(Wrong::kNothing), ""); }

struct Case {
  Wrong what;
  const char* rule;
  const char* sentence;
};

class AbiReplayFinds : public testing::TestWithParam<Case> {};

TEST_P(AbiReplayFinds, ByTheRuleThatIsBroken) {
  const std::string found = Found(GetParam().what);
  EXPECT_EQ(found.substr(0, found.find(':')), GetParam().rule) << found;
  EXPECT_NE(found.find(GetParam().sentence), std::string::npos) << found;
}

INSTANTIATE_TEST_SUITE_P(
    EachWrong, AbiReplayFinds,
    testing::Values(Case{Wrong::kErrnoOfRefusals, "errno", "not 12"},
                    Case{Wrong::kErrnoOfFree, "errno", "free"},
                    Case{Wrong::kErrnoOfPosix, "errno", "posix_memalign"},
                    Case{Wrong::kAbsurdSizes, "absurd size", "granted"},
                    Case{Wrong::kAlignment, "alignment", "not aligned"},
                    Case{Wrong::kOddAlignments, "absurd size", "aligned_alloc"},
                    Case{Wrong::kUsableSize, "usable size", "asked for"},
                    Case{Wrong::kUsableSizeOfNull, "usable size", "NULL"},
                    Case{Wrong::kZeroing, "zeroed", "byte 40"},
                    Case{Wrong::kProducts, "absurd size", "calloc"},
                    Case{Wrong::kKeptBytes, "contents", "was changed"},
                    Case{Wrong::kRefusedResize, "contents", "was changed"},
                    Case{Wrong::kResizeToNothing, "absurd size", "to nothing"},
                    Case{Wrong::kWholePages, "usable size", "asked for"}),
    [](const auto& each) { return std::to_string(static_cast<int>(each.param.what)); });

TEST(AbiReplay, BlocksThatOverlapAreFound) {
  static std::byte* block = static_cast<std::byte*>(std::malloc(4096));
  MallocLibrary library = Broken();
  library.malloc = [](std::size_t) -> void* { return block; };
  library.malloc_usable_size = [](void*) -> std::size_t { return 64; };
  const std::vector<Event> events = {{.id = 0, .size = 10}, {.id = 1, .size = 20}};
  const auto violation = ReplayOnLibrary(events, library);
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->rule, Rule::kOverlap);
  EXPECT_EQ(violation->operation, 2u);
}

TEST(AbiReplay, AThreadOfItsOwnMakesTheCallBehindAMarker) {
  static pthread_t main_thread;
  static int calls_elsewhere;
  main_thread = pthread_self();
  calls_elsewhere = 0;
  MallocLibrary library = Broken();
  library.malloc = [](std::size_t n) -> void* {
    if (pthread_equal(pthread_self(), main_thread) == 0) ++calls_elsewhere;
    return Broken().malloc(n);
  };
  Found(Wrong::kNothing);
  const std::vector<Event> events = {
      {.id = 0, .size = 10}, {.kind = EventKind::kMarker}, {.id = 1, .size = 20}, {.id = 2}};
  EXPECT_FALSE(ReplayOnLibrary(events, library));
  EXPECT_EQ(calls_elsewhere, 1);
}

TEST(MallocLibrary, TakesNobodysMallocOver) {
  void* p = std::malloc(10);
  EXPECT_NE(reinterpret_cast<void*>(Broken().malloc), dlsym(RTLD_DEFAULT, "malloc"));
  Dl_info info;
  ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info), 0);
  EXPECT_NE(info.dli_fname, Broken().path);
  std::free(p);
}

TEST(MallocLibrary, SaysWhatIsWrongWithIt) {
  EXPECT_THROW(LoadMallocLibrary("/nowhere/libmalloc.so"), std::runtime_error);
  // One that needs the C library finds that one's functions; they are not its own.
  EXPECT_THROW(LoadMallocLibrary("libm.so.6"), std::runtime_error);
}

}  // namespace
}  // namespace alloclab
