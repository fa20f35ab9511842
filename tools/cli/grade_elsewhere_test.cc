// Memory that a solution has beside that of mem_sbrk: what alloclab grade refuses, what it counts
// as heap, and what it leaves alone.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/cli/solutions_to_grade.h"

namespace alloclab::cli {
namespace {

using nlohmann::json;

TEST(GradeElsewhere, WhoCallsMallocIsNotRun) {
  const json grade = GradeJson(Sample("wrong_malloc") + OneTrace(), 1);
  EXPECT_EQ(grade["score"], 0);
  EXPECT_EQ(grade["tests"], json::array());
  EXPECT_EQ(grade["extra_data"]["compiled"], true);
  EXPECT_EQ(grade["extra_data"]["rule"], "elsewhere");
  EXPECT_EQ(grade["extra_data"]["functions"], (std::vector<std::string>{"free", "malloc"}));
  const Answer text = Grade(Sample("wrong_malloc") + OneTrace());
  EXPECT_EQ(text.exit_status(), 1);
  EXPECT_TRUE(
      text.Says("wrong_malloc.c: elsewhere: it uses free (in mm_free), malloc (in mm_malloc)"))
      << text.text;
  EXPECT_TRUE(text.Says("--allow=free --allow=malloc")) << text.text;
}

TEST(GradeElsewhere, ATeacherAllowsWhatIsNamed) {
  const std::string allowed = Sample("wrong_malloc") + OneTrace() + " --allow malloc";
  EXPECT_EQ(GradeJson(allowed, 1)["extra_data"]["functions"], (std::vector<std::string>{"free"}));
  const json run = GradeJson(allowed + " --allow=free", 1);
  EXPECT_EQ(run["tests"][0]["extra_data"].value("rule", ""), "heap");
  const Answer unknown = Grade(allowed + " --allow printf");
  EXPECT_EQ(unknown.exit_status(), 2);
  EXPECT_TRUE(unknown.Says("--allow: printf is not forbidden")) << unknown.text;
}

// One of each kind that the list is of, by the name that a programmer knows.
TEST(GradeElsewhere, OtherFunctionsThatGiveMemory) {
  const auto used = [](const std::string& name, const std::string& body) {
    const json grade = GradeJson(WithBody("uses_" + name, body) + OneTrace(), 1);
    return grade["extra_data"].value("functions", std::vector<std::string>());
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(used("mmap", "mmap(NULL, size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);"),
            Names{"mmap"});
  EXPECT_EQ(used("mmap_of_large_files",
                 "extern void* mmap64(void*, size_t, int, int, int, off_t);"
                 "mmap64(NULL, size, 3, 0x22, -1, 0);"),
            Names{"mmap"});
  EXPECT_EQ(used("sbrk", "if (sbrk((intptr_t)size) == NULL) return NULL;"), Names{"sbrk"});
  EXPECT_EQ(used("syscall", "syscall(9L, 0L, size, 3L, 0x22L, -1L, 0L);"), Names{"syscall"});
  EXPECT_EQ(used("strdup", "char* volatile copy = strdup(getenv(\"HOME\")); (void)copy;"),
            Names{"strdup"});
  EXPECT_EQ(used("address", "static void* (*volatile take)(size_t) = malloc; take(size);"),
            Names{"malloc"});
}

TEST(GradeElsewhere, NewOfCxxIsOneOfThem) {
  const std::string source = WriteFile("news.cc", R"(
#include "memlib.h"
#include "mm.h"
struct Polymorphic { virtual ~Polymorphic() {} };  // has operator delete in its table
static Polymorphic plain;
Polymorphic* volatile made = &plain;
int mm_init() { return 0; }
void* mm_malloc(size_t n) {
  NEW
  return mem_sbrk(static_cast<intptr_t>((n + 15) / 16 * 16));
}
void mm_free(void*) {}
)");
  GradeJson(source + " --cflag=-DNEW= " + OneTrace(), 0);
  const Answer refused = Grade(source + " '--cflag=-DNEW=made = new Polymorphic;'" + OneTrace());
  EXPECT_EQ(refused.exit_status(), 1);
  EXPECT_TRUE(refused.Says("it uses operator new (in mm_malloc)")) << refused.text;
  EXPECT_TRUE(refused.Says("'--allow=operator new'")) << refused.text;
  GradeJson(source + " '--cflag=-DNEW=made = new Polymorphic;' '--allow=operator new'" + OneTrace(),
            0);
}

// What a function of the library needs for itself is not the solution's memory.
TEST(GradeElsewhere, PrintingAndSortingAreNoSuchFunctions) {
  const std::string source = WithBody("prints", R"(
  static const int unsorted[2] = {2, 1};
  int sorted[2] = {unsorted[0], unsorted[1]};
  extern int compare(const void*, const void*);
  qsort(sorted, 2, sizeof(int), compare);
  char text[64];
  snprintf(text, sizeof(text), "%zu", size);
  fprintf(stderr, "malloc %s\n", text);
  printf("malloc %d\n", sorted[0]);
  fflush(stdout);
  char* on_the_stack = __builtin_alloca(size);
  on_the_stack[0] = text[0];
  memset(on_the_stack, 0, size);
)");
  std::ofstream(source, std::ios::app)
      << "int compare(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }\n";
  GradeJson(source + OneTrace(), 0);
}

#ifdef __x86_64__
// An instruction of its own, which no list of functions shows.
std::string RawCall(const std::string& name, const std::string& arguments) {
  return WithBody(
      "raw_" + name,
      "register long fourth __asm__(\"r10\") = 0x22;\n"
      "register long fifth __asm__(\"r8\") = -1;\n"
      "register long sixth __asm__(\"r9\") = 0;\n"
      "long result;\n"
      "__asm__ volatile(\"syscall\" : \"=a\"(result) : " +
          arguments +
          ", \"r\"(fourth), \"r\"(fifth), \"r\"(sixth) : \"rcx\", \"r11\", \"memory\");\n"
          "if (result == 0) return NULL;\n");
}

TEST(GradeElsewhere, ASystemCallOfItsOwnIsNamed) {
  const auto reason = [](const std::string& name, const std::string& arguments) {
    const json grade = GradeJson(RawCall(name, arguments) + OneTrace(), 1);
    const json& extra = grade["tests"][0]["extra_data"];
    EXPECT_EQ(extra.value("rule", ""), "elsewhere") << grade.dump(1);
    EXPECT_EQ(extra.value("operation", 0), 1);
    return extra.value("reason", "");
  };
  EXPECT_EQ(reason("mmap", "\"a\"(9L), \"D\"(0L), \"S\"(4096L), \"d\"(3L)"),
            "mm_malloc made the system call mmap: memory comes from mem_sbrk alone");
  EXPECT_EQ(reason("brk", "\"a\"(12L), \"D\"(0L), \"S\"(0L), \"d\"(0L)"),
            "mm_malloc made the system call brk: memory comes from mem_sbrk alone");
  EXPECT_EQ(reason("mremap", "\"a\"(25L), \"D\"(0L), \"S\"(0L), \"d\"(0L)"),
            "mm_malloc made the system call mremap: memory comes from mem_sbrk alone");
  // getpid gives no memory.
  GradeJson(RawCall("getpid", "\"a\"(39L), \"D\"(0L), \"S\"(0L), \"d\"(0L)") + OneTrace(), 0);
}
#endif

// The heap of all of these is 112 + 64 + 2 headers of 16 bytes, for 160 bytes live.
constexpr double kLive = 160, kHeap = 208;

json GradeStatic(const std::string& name, const std::string& data, const std::string& options) {
  const std::string trace = WriteFile(
      "static.txt", "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\nfree 0\nfree 1\n");
  const std::string source = WithBody(name, data);
  return GradeJson(source + " --no-cost --traces " + trace + options, 0);
}

TEST(GradeElsewhere, StaticDataBeyondWhatIsFreeCountsAsHeap) {
  // One variable of the sample, `calls`, is not used and so not there.
  constexpr char kTable[] = "static volatile long table[500]; table[size % 500] = 1;";
  const auto utilisation = [](const json& grade) {
    return grade["tests"][0]["extra_data"].value("utilisation", 0.0);
  };
  const json usual = GradeStatic("table_usual", kTable, "");
  EXPECT_EQ(usual["extra_data"]["static_bytes"], 4000);
  EXPECT_EQ(usual["extra_data"]["static_bytes_counted"], 4000 - 1024);
  EXPECT_NEAR(utilisation(usual), kLive / (kHeap + 4000 - 1024), 1e-4);
  EXPECT_NEAR(usual["score"].get<double>(), 100 * kLive / (kHeap + 4000 - 1024), 1e-2);
  EXPECT_EQ(usual["tests"][0]["extra_data"]["heap_bytes_peak"], kHeap);
  const json none = GradeStatic("table_none", kTable, " --static-bytes 0");
  EXPECT_NEAR(utilisation(none), kLive / (kHeap + 4000), 1e-4);
  const json exactly = GradeStatic("table_exactly", kTable, " --static-bytes 4000");
  EXPECT_EQ(exactly["extra_data"]["static_bytes_counted"], 0);
  EXPECT_NEAR(utilisation(exactly), kLive / kHeap, 1e-4);
}

TEST(GradeElsewhere, StaticDataIsNamed) {
  const std::string source =
      WithBody("names",
               "static volatile char first[700], second[2000];\n"
               "static _Thread_local volatile char third[900];\n"
               "static const char* const fixed[] = {\"a\", \"b\", \"c\"};\n"
               "first[size % 7] = second[size % 7] = third[size % 7] = *fixed[size % 3];\n");
  const Answer text = Grade(source + OneTrace());
  EXPECT_EQ(text.exit_status(), 0);
  EXPECT_TRUE(text.Says("second 2000, ")) << text.text;
  EXPECT_TRUE(text.Says("third 900, ")) << text.text;
  EXPECT_TRUE(text.Says("first 700)")) << text.text;
  EXPECT_TRUE(text.Says("count as heap in each trace, for only 1024 are free")) << text.text;
  EXPECT_FALSE(text.Says("fixed")) << "it is read only";
  EXPECT_FALSE(Grade(WithBody("no_names", "") + OneTrace()).Says("static data"));
}

// A table beside the heap earns nothing against headers in it.
TEST(GradeElsewhere, ATableInPlaceOfHeadersDoesNotPay) {
  const std::string table = Sample("static_table") + " --no-cost" + ShortTraces();
  const double held = GradeJson(table, 0)["score"];
  const double unseen = GradeJson(table + " --static-bytes 1000000000", 0)["score"];
  const double headers = GradeJson(Sample("naive_bump") + " --no-cost" + ShortTraces(), 0)["score"];
  EXPECT_GT(unseen, headers + 1);
  EXPECT_LT(held, headers / 5);
}

// Nor do the tables that solutions usually have cost anything.
TEST(GradeElsewhere, ListHeadsAreFree) {
  const json grade = GradeJson(Sample("segregated") + OneTrace(), 0);
  EXPECT_EQ(grade["extra_data"]["static_bytes"], 40 * 8);
  EXPECT_EQ(grade["extra_data"]["static_bytes_counted"], 0);
}

}  // namespace
}  // namespace alloclab::cli
