// What alloclab grade scores: utilisation and instructions, held against what can be worked out by
// hand, and against each other.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/cli/solutions_to_grade.h"

namespace alloclab::cli {
namespace {

using nlohmann::json;

TEST(GradeScore, RightSolutionsPassAndTheBetterOneScoresBetter) {
  std::map<std::string, json> grades;
  for (const char* name : {"naive_bump", "implicit_list", "segregated"}) {
    grades[name] = GradeJson(Sample(name) + ShortTraces(), 0);
    EXPECT_EQ(grades[name]["extra_data"]["correct"], 3) << name;
  }
  const auto score = [&](const char* name) { return grades[name]["score"].get<double>(); };
  EXPECT_GT(score("segregated"), score("implicit_list") + 10);
  EXPECT_GT(score("segregated"), score("naive_bump") + 10);
  const auto part = [&](const char* name, const char* key) {
    return grades[name]["extra_data"][key].get<double>();
  };
  // What each is good at.
  EXPECT_GT(part("implicit_list", "utilisation"), part("naive_bump", "utilisation"));
  EXPECT_GT(part("naive_bump", "throughput_ratio"), part("implicit_list", "throughput_ratio"));
}

// Instructions, not times: the second run says the same to the last digit.
TEST(GradeScore, TwoRunsAgree) {
  const std::string arguments = Sample("segregated") + ShortTraces();
  const json first = GradeJson(arguments, 0);
  EXPECT_EQ(first, GradeJson(arguments, 0));
  EXPECT_GT(first["tests"][0]["extra_data"]["instructions"], 0);
}

// What the utilisation is of can be worked out by hand: bump keeps 16 bytes and rounds up to 16.
TEST(GradeScore, UtilisationIsPeakOverHeap) {
  const std::string trace = WriteFile("known.txt",
                                      "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\n"
                                      "free 0\n2 = malloc 10\nfree 1\nfree 2\n");
  const json grade = GradeJson(Sample("naive_bump") + " --no-cost --traces " + trace, 0);
  const json& extra = grade["tests"][0]["extra_data"];
  EXPECT_EQ(extra["live_bytes_peak"], 160);
  EXPECT_EQ(extra["heap_bytes_peak"], (16 + 112) + (16 + 64) + (16 + 16));
  EXPECT_DOUBLE_EQ(extra["utilisation"].get<double>(), 0.6667);
  EXPECT_DOUBLE_EQ(grade["score"].get<double>(), 66.6667);
}

// 1000 instructions more in malloc are 1000 more for each malloc, and none for anything else; what
// mm_init takes is not counted.
TEST(GradeScore, CountsInstructionsToTheLast) {
  const std::string trace = " --traces " + CountedTrace();
  constexpr char kThousand[] = "__asm__ volatile(\".rept 1000\\nnop\\n.endr\");";
  const auto instructions = [&trace](const std::string& source) {
    const json grade = GradeJson(source + trace, 0);
    const json& extra = grade["tests"][0]["extra_data"];
    EXPECT_EQ(extra.value("counted_operations", 0), 4);
    return extra.value("instructions", std::int64_t{0});
  };
  const std::int64_t plain = instructions(WithBody("plain", ""));
  EXPECT_GT(plain, 3);
  EXPECT_LT(plain, 400);
  EXPECT_EQ(instructions(WithBody("slow_malloc", kThousand)), plain + 3000);
  const std::string init = std::string("int mm_init(void) { ") + kThousand;
  EXPECT_EQ(instructions(WithBody("slow_init", "", init)), plain);
}

// The copy that a realloc must make costs the same whoever makes it: leaving mm_realloc out earns
// nothing.
TEST(GradeScore, AMissingReallocCostsWhatAPlainOneCosts) {
  std::string text = "alloclab trace text 1\n\n0 = malloc 60000\n";
  constexpr int kReallocs = 10;
  for (int i = 0; i < kReallocs; ++i) {
    text += std::to_string(i + 1) + " = realloc " + std::to_string(i) + " " +
            std::to_string(60'000 + 10'000 * (i % 2)) + "\n";
  }
  const std::string trace = " --traces " + WriteFile("reallocs.txt", text);
  const auto instructions = [&trace](const std::string& source) {
    const json grade = GradeJson(source + trace, 0);
    return grade["tests"][0]["extra_data"].value("instructions", std::int64_t{0});
  };
  std::ifstream file(Sample("naive_bump"));
  const std::string source{std::istreambuf_iterator<char>(file), {}};
  const std::int64_t plain = instructions(Sample("naive_bump"));
  const std::int64_t missing =
      instructions(WriteFile("no_realloc.c", source.substr(0, source.find("void* mm_realloc"))));
  EXPECT_GT(plain, kReallocs * 60'000 / 64) << "the copies are part of it";
  EXPECT_LT(std::abs(plain - missing), kReallocs * 100);
}

// A helper that is not static is inlined as one that is.
TEST(GradeScore, GccInlinesWhatIsNotStatic) {
  ASSERT_EQ(RunShell("command -v gcc").status, 0) << "install the package gcc";
  const auto instructions = [](const std::string& storage) {
    const std::string source = WriteFile("inlined.c", R"(
#include "memlib.h"
#include "mm.h"
)" + storage + R"( size_t round_up(size_t n) { return (n + 15) & ~(size_t)15; }
int mm_init(void) { return 0; }
void* mm_malloc(size_t size) { return mem_sbrk((intptr_t)round_up(size)); }
void mm_free(void* ptr) { (void)ptr; }
)");
    const Answer answer = RunShell("CC=gcc tools/cli/alloclab grade --json " + source +
                                   " --traces " + CountedTrace());
    return json::parse(answer.text, nullptr, false)["tests"][0]["extra_data"].value(
        "instructions", std::int64_t{-1});
  };
  EXPECT_EQ(instructions(""), instructions("static"));
}

}  // namespace
}  // namespace alloclab::cli
