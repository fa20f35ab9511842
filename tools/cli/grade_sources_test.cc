// What alloclab grade takes for a solution: the forms that labs have, and what is said of all else.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

#include "tools/cli/solutions_to_grade.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

TEST(GradeSources, WhatDoesNotCompileIsShown) {
  const Answer error = Grade(WriteFile("error.c", "int mm_init(void) { return nothing; }\n"));
  EXPECT_EQ(error.exit_status(), 1);
  EXPECT_TRUE(error.Says("nothing")) << error.text;
  EXPECT_TRUE(error.Says("error.c does not compile")) << error.text;
  const json as_json = GradeJson(testing::TempDir() + "error.c", 1);
  EXPECT_EQ(as_json["score"], 0);
  EXPECT_EQ(as_json["extra_data"]["compiled"], false);

  const Answer missing =
      Grade(WriteFile("missing.c", "#include \"mm.h\"\nint mm_init(void) { return 0; }\n"));
  EXPECT_EQ(missing.exit_status(), 1);
  EXPECT_TRUE(missing.Says("it defines no mm_malloc")) << missing.text;
  const json missing_json = GradeJson(testing::TempDir() + "missing.c", 1);
  EXPECT_EQ(missing_json["score"], 0);
  EXPECT_EQ(missing_json["extra_data"]["compiled"], true) << "it is the loading that fails";
  EXPECT_EQ(missing_json["extra_data"]["loaded"], false);
  const Answer unknown =
      Grade(WriteFile("unknown.c", "int other(void);\nint mm_init(void) { return other(); }\n"));
  EXPECT_EQ(unknown.exit_status(), 1);
  EXPECT_TRUE(unknown.Says("undefined symbol: other")) << unknown.text;
}

TEST(GradeSources, WhatCannotBeLoadedForItsSizeIsNotSaidToLackAFunction) {
  const Answer answer =
      Grade(WithBody("huge", "static volatile char huge[3UL << 30]; huge[size] = 1;") + OneTrace());
  EXPECT_EQ(answer.exit_status(), 1);
  EXPECT_TRUE(answer.Says("its static data is larger than the memory that it may have"))
      << answer.text;
  EXPECT_FALSE(answer.Says("define that function")) << answer.text;
}

// What the compiler says of a source that it compiles, as well.
TEST(GradeSources, WarningsAreShown) {
  const std::string source = WithBody("warns", "int never_used;") + OneTrace();
  const Answer text = Grade(source + " --cflag=-Wall");
  EXPECT_EQ(text.exit_status(), 0);
  EXPECT_TRUE(text.Says("never_used")) << text.text;
  EXPECT_FALSE(Grade(source).Says("never_used"));
  const json with = GradeJson(source + " --cflag=-Wall", 0);
  EXPECT_NE(with["extra_data"].value("compiler_output", "").find("never_used"), std::string::npos);
  EXPECT_FALSE(GradeJson(source, 0)["extra_data"].contains("compiler_output"));
}

TEST(GradeSources, MisuseNamesTheMend) {
  const auto refused = [](const std::string& arguments, const std::string& says,
                          const std::string& before = "") {
    const Answer answer = Grade(arguments, before);
    EXPECT_EQ(answer.exit_status(), 2) << arguments << answer.text;
    EXPECT_TRUE(answer.Says(says)) << answer.text;
  };
  refused("/nowhere/mm.c", "/nowhere/mm.c: cannot read the source");
  refused("tools/cli/alloclab", "a solution is given as source");
  refused("", "sources");
  refused(Sample("segregated") + " --no-cost --traces /nowhere.rep", "/nowhere.rep");
  refused(Sample("segregated") + " --no-cost --heap-mib 1 ", "give a larger --heap-mib");
  const std::string same_name = Folder("same_name") + "/git.alt";
  fs::copy_file("traces/corpus/git.alt", same_name);
  refused(Sample("segregated") + " --no-cost --traces traces/corpus/git.alt " + same_name,
          "same_name/git.alt: another trace has the same name");
  // A PATH with a compiler and no valgrind.
  const std::string folder = Folder("no_valgrind");
  for (const char* name : {"clang-19", "cc"}) {
    std::error_code ignored;
    fs::create_symlink(std::string("/usr/bin/") + name, folder + "/" + name, ignored);
  }
  refused(Sample("segregated"), "--no-cost", "export PATH=" + folder + ";");
}

// C++, several files, the names of newer labs: mm_init as bool, malloc renamed under DRIVER.
TEST(GradeSources, OtherFormsOfSolutions) {
  const std::string modern = WriteFile("modern.c", R"(
#include <stdbool.h>
#include "memlib.h"
#include "mm.h"
#ifdef DRIVER
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#define calloc mm_calloc
#endif
team_t team = {"us", "one", "one@here", "", ""};
bool mm_init(void) { return mem_heapsize() == 0; }
void* malloc(size_t size) {
  char* block = mem_sbrk((intptr_t)((size + 31) / 16 * 16));
  if (block == (void*)-1) return NULL;
  *(size_t*)block = size;
  return block + 16;
}
void free(void* ptr) { (void)ptr; }
void* realloc(void* ptr, size_t size) {
  void* moved = malloc(size);
  return moved == NULL ? NULL : mem_memcpy(moved, ptr, ((size_t*)ptr)[-2] < size ? ((size_t*)ptr)[-2] : size);
}
void* calloc(size_t count, size_t size) { return mem_memset(malloc(count * size), 0, count * size); }
bool mm_checkheap(int line) { return line >= 0; }
)");
  GradeJson(modern + " --no-cost" + ShortTraces(), 0);
  const std::string first = WriteFile("first.cc", R"(
#include "mm.h"
extern void* Take(size_t bytes);
int mm_init() { return 0; }
void* mm_malloc(size_t size) { return Take((size + 15) / 16 * 16); }
void mm_free(void*) {}
)");
  const std::string second = WriteFile("second.cpp", R"(
#include "memlib.h"
void* Take(size_t bytes) { void* p = mem_sbrk(static_cast<intptr_t>(bytes)); return p == (void*)-1 ? nullptr : p; }
)");
  GradeJson(first + " " + second + " --no-cost --cflag=-std=c++17" + ShortTraces(), 0);
}

// What config.h tells is as asked for, and only told to those that ask.
TEST(GradeSources, ConfigIsForThoseThatIncludeIt) {
  const auto solution = [](const std::string& begin) {
    return begin + R"(
#include "memlib.h"
#include "mm.h"
int mm_init(void) { return 0; }
void* mm_malloc(size_t size) {
  return mem_sbrk((intptr_t)((size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT));
}
void mm_free(void* ptr) { (void)ptr; }
)";
  };
  const std::string own =
      WriteFile("own_names.c", solution("#include <stddef.h>\nstatic const size_t ALIGNMENT = 16;\n"
                                        "enum { MAX_HEAP = 7 };\n"));
  GradeJson(own + OneTrace(), 0);
  const std::string asks =
      WriteFile("asks.c", solution("#include \"config.h\"\n_Static_assert(ALIGNMENT == 8, \"\");\n"
                                   "_Static_assert(MAX_HEAP == 3 << 20, \"\");\n"));
  GradeJson(asks + " --alignment 8 --heap-mib 3" + OneTrace(), 0);
}

// Names that the C library has as well, as functions and as a variable; and a memlib.c as the labs
// have it, in whose place ours stands.
TEST(GradeSources, AHelperIsTheSolutionsOwnWhateverItsName) {
  const std::string source = WriteFile("helpers.c", R"(
#include "memlib.h"
#include "mm.h"
int optind = 15;
__attribute__((noinline)) size_t error(size_t n) { return n + (size_t)optind; }
__attribute__((noinline)) size_t remque(size_t n) { return error(n) & ~(size_t)15; }
int mm_init(void) { return 0; }
void* mm_malloc(size_t size) {
  void* block = mem_sbrk((intptr_t)remque(size));
  return block == (void*)-1 ? NULL : block;
}
void mm_free(void* ptr) { (void)ptr; }
)");
  const std::string memlib = WriteFile("memlib.c", R"(
#include <stddef.h>
#include <stdint.h>
void* mem_sbrk(intptr_t increment) { (void)increment; return NULL; }
)");
  GradeJson(source + " --no-cost" + ShortTraces(), 0);
  GradeJson(source + " " + memlib + " --no-cost" + ShortTraces(), 0);
}

}  // namespace
}  // namespace alloclab::cli
