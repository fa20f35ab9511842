// The rules that alloclab grade finds broken, at which operation, and the cases that it writes.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/cli/solutions_to_grade.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::uint64_t CountEvents(const std::string& trace) {
  const auto reader = OpenTrace(trace);
  std::uint64_t events = 0;
  std::vector<Event> batch;
  while (reader->Next(batch)) events += batch.size();
  return events;
}

struct Wrong {
  const char* name;
  const char* rule;               // that one of the default traces breaks
  std::uint64_t most_operations;  // of the shrunk case
};
class WrongSolutions : public testing::TestWithParam<Wrong> {};

TEST_P(WrongSolutions, AreFoundAndShrunkToACaseThatFailsAgain) {
  const Wrong& wrong = GetParam();
  const std::string folder = Folder(std::string("cases_") + wrong.name);
  const std::string arguments = Sample(wrong.name) + " --no-cost --timeout 1 --cases " + folder;
  // Each trace that is not ended in time takes all of it.
  const bool is_slow = std::string(wrong.rule) == "time-out";
  const json grade = GradeJson(arguments + (is_slow ? ShortTraces() : ""), 1);
  const json* found = nullptr;
  for (const json& test : grade["tests"]) {
    const json& extra = test["extra_data"];
    if (extra.value("rule", "") == wrong.rule) {
      found = &extra;
      EXPECT_EQ(test["status"], "failed");
      EXPECT_FALSE(extra["reason"].get<std::string>().empty());
      EXPECT_GE(extra["operation"], 1);
    }
  }
  ASSERT_NE(found, nullptr) << wrong.name << " is not seen to break " << wrong.rule
                            << grade.dump(1);
  const std::string small = (*found)["case"];
  EXPECT_LE(CountEvents(small), wrong.most_operations);
  EXPECT_EQ(CountEvents(small), (*found)["case_operations"]);

  const json again = GradeJson(arguments + "_again --traces " + small, 1);
  ASSERT_EQ(again["tests"].size(), 1u);
  EXPECT_EQ(again["tests"][0]["extra_data"]["rule"], wrong.rule);
  // A right one passes it, and so does one of our own heaps.
  GradeJson(Sample("segregated") + " --no-cost --traces " + small, 0);
  EXPECT_EQ(RunShell("tools/cli/alloclab replay --check --allocator tlsf " + small).exit_status(),
            0);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, WrongSolutions,
    testing::Values(Wrong{"wrong_unaligned", "alignment", 2}, Wrong{"wrong_split", "overlap", 40},
                    Wrong{"wrong_twice", "overlap", 4}, Wrong{"wrong_realloc", "realloc", 3},
                    Wrong{"wrong_coalesce", "crash", 3}, Wrong{"wrong_loop", "time-out", 3},
                    Wrong{"wrong_growth", "heap", 3}, Wrong{"wrong_bounds", "heap", 2},
                    Wrong{"wrong_static_heap", "heap", 1}),
    [](const auto& sample) { return std::string(sample.param.name); });

TEST(GradeRules, AlignmentIsAsTheLabSays) {
  const std::string folder = Folder("alignment");
  const std::string arguments = Sample("wrong_unaligned") + " --no-cost --cases " + folder;
  EXPECT_EQ(GradeJson(arguments + " --alignment 8", 0)["extra_data"]["correct"], 12);
  EXPECT_TRUE(Grade(arguments + " --alignment 4").Says("--alignment"));
  const std::string hint = "but to 8: where the lab asks for no more, grade with --alignment 8";
  EXPECT_TRUE(Grade(arguments + " --no-shrink").Says(hint));
  const std::string odd = WithBody("odd", "if (calls++ == 0) return (char*)mem_sbrk(160) + 4;");
  const Answer answer = Grade(odd + OneTrace());
  EXPECT_TRUE(answer.Says("is not aligned to 16 bytes")) << answer.text;
  EXPECT_FALSE(answer.Says(hint)) << answer.text;
}

// Every student's file is mm.c.
TEST(GradeRules, CasesOfOtherStudentsAreKept) {
  const std::string folder = Folder("students"), cases = folder + "/cases";
  const std::string trace =
      WriteFile("overlaps.txt",
                "alloclab trace text 1\n\n0 = malloc 16\n1 = malloc 16\nfree 0\n2 = malloc 16\n"
                "3 = malloc 16\n4 = malloc 16\n");
  const auto grade = [&](const std::string& student, const std::string& source) {
    fs::create_directories(folder + "/" + student);
    const std::string own = folder + "/" + student + "/mm.c";
    fs::copy_file(source, own, fs::copy_options::overwrite_existing);
    const json result = GradeJson(own + " --no-cost --cases " + cases + " --traces " + trace, 1);
    return result["tests"][0]["extra_data"].value("case", "");
  };
  const auto text = [](const std::string& path) {
    std::ifstream file(path);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string twice = Sample("wrong_twice");
  const std::string first_again =
      WithBody("first_again", "if (calls++ == 1) return (char*)mem_heap_lo() + 16;");
  const std::string first = grade("one", twice);
  const std::string first_text = text(first);
  EXPECT_EQ(first, cases + "/mm-overlap.txt");
  EXPECT_EQ(grade("two", first_again), cases + "/mm-overlap-2.txt");
  EXPECT_EQ(text(first), first_text);
  EXPECT_NE(text(cases + "/mm-overlap-2.txt"), first_text);
  EXPECT_EQ(grade("two", first_again), cases + "/mm-overlap-2.txt") << "it is there already";
  EXPECT_EQ(std::distance(fs::directory_iterator(cases), fs::directory_iterator()), 2);
}

// The call that did it is named, and not the one that frees the block.
TEST(GradeRules, LooksAtAllBlocksAfterEachCall) {
  const std::string source =
      WithBody("changes", "if (calls++ == 1) ((char*)mem_heap_lo())[16 + 99] ^= 1;");
  const json grade = GradeJson(source + OneTrace(), 1);
  const json& extra = grade["tests"][0]["extra_data"];
  EXPECT_EQ(extra.value("rule", ""), "contents");
  EXPECT_EQ(extra.value("operation", 0), 2);
  EXPECT_EQ(extra.value("operation_text", ""), "1 = malloc 60");
}

TEST(GradeRules, FreshMemoryIsNotZero) {
  const std::string source = WithBody("dirty", "");
  std::ofstream(source, std::ios::app)
      << "void* mm_calloc(size_t count, size_t size) { return mm_malloc(count * size); }\n";
  const std::string trace =
      WriteFile("calloc.txt", "alloclab trace text 1\n\n0 = malloc 9\n1 = calloc 3 5\n");
  const std::string arguments = " --no-cost --no-shrink --traces " + trace;
  const json grade = GradeJson(source + arguments, 1);
  EXPECT_EQ(grade["tests"][0]["extra_data"].value("rule", ""), "zeroed");
  EXPECT_EQ(grade["tests"][0]["extra_data"].value("operation", 0), 2);
  GradeJson(Sample("naive_bump") + arguments, 0);  // has no calloc: it is made of its malloc
}

}  // namespace
}  // namespace alloclab::cli
