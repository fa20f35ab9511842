// alloclab grade, from outside: solutions that are right, wrong and hostile, compiled as a
// teacher's machine would, and what is said of them.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Answer {
  int status = -1;        // as wait gives it
  std::string text = {};  // standard output, and standard error where it was asked for

  bool Says(const std::string& part) const { return text.find(part) != std::string::npos; }
  int exit_status() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
};

Answer RunShell(const std::string& command) {
  Answer answer;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return answer;
  std::array<char, 4096> part;
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) {
    answer.text.append(part.data(), got);
  }
  answer.status = pclose(pipe);
  return answer;
}

Answer Grade(const std::string& arguments, const std::string& before = "") {
  return RunShell(before + " exec tools/cli/alloclab grade " + arguments + " 2>&1");
}

// Its JSON, and what it ended with.
json GradeJson(const std::string& arguments, int expected_status, const std::string& before = "") {
  const Answer answer = RunShell(before + " exec tools/cli/alloclab grade --json " + arguments);
  EXPECT_EQ(answer.exit_status(), expected_status) << arguments << ": " << answer.text;
  const json result = json::parse(answer.text, nullptr, false);
  EXPECT_TRUE(result.is_object()) << answer.text;
  return result;
}

std::string Sample(const std::string& name) { return "bench/grade/samples/" + name + ".c"; }

std::string Folder(const std::string& name) {
  const std::string path = testing::TempDir() + name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

std::uint64_t CountEvents(const std::string& trace) {
  const auto reader = OpenTrace(trace);
  std::uint64_t events = 0;
  std::vector<Event> batch;
  while (reader->Next(batch)) events += batch.size();
  return events;
}

// Short traces, so that counting takes little: a real program, growing buffers, and a comb.
std::string ShortTraces() {
  static const std::string traces = [] {
    const std::string folder = Folder("short");
    const std::string alloclab = "tools/cli/alloclab ";
    const Answer made =
        RunShell(alloclab + "slice traces/corpus/git.alt " + folder +
                 "/git.txt --from 0 --to 1500 2>&1 &&" + alloclab + "generate growth -o " + folder +
                 "/growth.txt --operations 800 --limit 4096 2>&1 &&" + alloclab +
                 "generate comb -o " + folder + "/comb.txt --blocks 300 --rounds 1 2>&1");
    EXPECT_EQ(made.status, 0) << made.text;
    return " --traces " + folder + "/git.txt " + folder + "/growth.txt " + folder + "/comb.txt";
  }();
  return traces;
}

TEST(GradeCommand, RightSolutionsPassAndTheBetterOneScoresBetter) {
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
TEST(GradeCommand, TwoRunsAgree) {
  const std::string arguments = Sample("segregated") + ShortTraces();
  const json first = GradeJson(arguments, 0);
  EXPECT_EQ(first, GradeJson(arguments, 0));
  EXPECT_GT(first["tests"][0]["extra_data"]["instructions"], 0);
}

// What the utilisation is of can be worked out by hand: bump keeps 16 bytes and rounds up to 16.
TEST(GradeCommand, UtilisationIsPeakOverHeap) {
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
                    Wrong{"wrong_growth", "heap", 3}, Wrong{"wrong_bounds", "heap", 2}),
    [](const auto& sample) { return std::string(sample.param.name); });

TEST(GradeCommand, AlignmentIsAsTheLabSays) {
  const std::string folder = Folder("alignment");
  const std::string arguments = Sample("wrong_unaligned") + " --no-cost --cases " + folder;
  EXPECT_EQ(GradeJson(arguments + " --alignment 8", 0)["extra_data"]["correct"], 12);
  EXPECT_TRUE(Grade(arguments + " --alignment 4").Says("--alignment"));
}

// A solution that is right but for what stands in `body`, which mm_malloc begins with, or for how
// mm_init begins.
std::string WithBody(const std::string& name, const std::string& body,
                     const std::string& init = "int mm_init(void) { ") {
  std::ifstream file(Sample("naive_bump"));
  std::string source{std::istreambuf_iterator<char>(file), {}};
  const std::string malloc = "void* mm_malloc(size_t size) {\n";
  source.insert(source.find(malloc) + malloc.size(), body);
  const std::string plain_init = "int mm_init(void) { ";
  source.replace(source.find(plain_init), plain_init.size(), init);
  const std::string headers =
      "#define _GNU_SOURCE\n#include <errno.h>\n#include <fcntl.h>\n#include <signal.h>\n"
      "#include <stdio.h>\n#include <stdlib.h>\n#include <sys/mman.h>\n#include <sys/stat.h>\n"
      "#include <unistd.h>\nstatic int calls;\n";
  return WriteFile(name + ".c", headers + source);
}

std::string OneTrace() {
  static const std::string path = WriteFile(
      "one.txt", "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\nfree 0\nfree 1\n");
  return " --no-cost --no-shrink --traces " + path;
}

// The C library's heap, in which the checker keeps its books.
constexpr char kWipesAll[] = R"(
  FILE* maps = fopen("/proc/self/maps", "r");
  char line[512];
  unsigned long begin = 0, end = 0;
  while (fgets(line, sizeof(line), maps)) {
    if (strstr(line, "[heap]") && sscanf(line, "%lx-%lx", &begin, &end) == 2) break;
  }
  memset((void*)begin, 0xff, end - begin);
)";

// The report: it says that the process was in the checker, and that all is well.
constexpr char kForges[] = R"(
  FILE* maps = fopen("/proc/self/maps", "r");
  char line[512];
  unsigned long begin = 0, end = 0;
  while (fgets(line, sizeof(line), maps)) {
    if (!strstr(line, "grade-report") || sscanf(line, "%lx-%lx", &begin, &end) != 2) continue;
    memset((void*)begin, 0, end - begin);
    *(int*)begin = 7;
    _exit(0);
  }
)";

struct Hostile {
  const char* name;
  const char* body;
  const char* rule;  // empty: it does no harm to its own blocks, and so it passes
  const char* says;  // part of the reason
};
class HostileSolutions : public testing::TestWithParam<Hostile> {};

TEST_P(HostileSolutions, FailTheirTraceAndNotTheGrader) {
  const Hostile& hostile = GetParam();
  const std::string source = WithBody(hostile.name, hostile.body);
  const bool passes = *hostile.rule == '\0';
  const json grade = GradeJson(source + " --timeout 1" + OneTrace(), passes ? 0 : 1);
  ASSERT_EQ(grade["tests"].size(), 1u);
  const json& extra = grade["tests"][0]["extra_data"];
  EXPECT_EQ(extra.value("rule", ""), hostile.rule) << grade.dump(1);
  EXPECT_NE(extra.value("reason", "").find(hostile.says), std::string::npos) << grade.dump(1);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, HostileSolutions,
    testing::Values(
        Hostile{"exits", "exit(0);", "exit", "mm_malloc ended the process, with status 0"},
        Hostile{"leaves", "if (calls++ == 1) _exit(7);", "exit", "with status 7"},
        Hostile{"hangs", "for (volatile int i = 1; i;) {}", "time-out", "in mm_malloc"},
        Hostile{"sleeps", "sleep(100);", "time-out", "in mm_malloc"},
        Hostile{"stops", "raise(SIGSTOP);", "time-out", "in mm_malloc"},
        Hostile{"recurses",
                "volatile char frame[64]; frame[0] = 0; return (char*)mm_malloc(size) + frame[0];",
                "crash", "SIGSEGV"},
        Hostile{"aborts", "fprintf(stderr, \"no more\\n\"); abort();", "crash", "it said: no more"},
        Hostile{"raises", "if (calls++ == 0) raise(SIGSEGV);", "crash",
                "SIGSEGV (Segmentation fault), which it sent"},
        Hostile{"raises_another", "if (calls++ == 0) raise(SIGTERM);", "crash", "SIGTERM"},
        Hostile{"traps", "if (calls++ == 0) raise(SIGTRAP);", "crash", "SIGTRAP"},
        Hostile{"follows_fresh_memory", "char*** p = mem_sbrk(16); ***p = 1;", "crash",
                "through a pointer that no address can be (fresh memory holds a5 bytes)"},
        Hostile{"divides", "volatile int zero = 0, seven = 7; seven = seven / zero;", "crash",
                "SIGFPE"},
        Hostile{"takes_all", "while (mem_sbrk(4096) != (void*)-1) {}", "refused", "gave null"},
        Hostile{"gives_null", "return NULL;", "refused", "gave null"},
        Hostile{"gives_libc", "return malloc(size + 32);", "heap", "does not lie in the heap"},
        Hostile{"gives_nonsense", "return (void*)16;", "heap", "does not lie in the heap"},
        Hostile{"gives_the_end", "return (char*)mem_heap_hi() - 3;", "heap", "does not lie"},
        Hostile{"writes_behind", "mem_sbrk(16); ((char*)mem_heap_hi())[20] = 1;", "heap",
                "byte 19 behind the end of the heap"},
        Hostile{"writes_null", "*(volatile int*)8 = 1;", "crash", "close to null"},
        Hostile{"writes_before", "((volatile char*)mem_heap_lo())[-8] = 1;", "crash",
                "8 bytes before the heap"},
        Hostile{"writes_into_others",
                "static char* first; if (calls++ == 0) { first = mem_sbrk(128); return first; }"
                "first[99] ^= 1;",
                "contents", "byte 99 of live block"},
        Hostile{"closes_all", "for (int i = 0; i < 1000; ++i) close(i);", "", ""},
        Hostile{"prints_much",
                "for (int i = 0; i < 100000; ++i) printf(\"%0100d\\n\", i); fflush(stdout);", "",
                ""},
        Hostile{"forks", "if (fork() != -1 || errno != EPERM) abort();", "", ""},
        Hostile{"ends_parent", "if (kill(getppid(), SIGKILL) != -1) abort();", "", ""},
        Hostile{"writes_files", "if (open(\"written\", O_CREAT | O_WRONLY, 0600) != -1) abort();",
                "", ""},
        Hostile{"wipes_all", kWipesAll, "harness", "written over its memory"},
        Hostile{"forges", kForges, "harness", "no valid result"}),
    [](const auto& sample) { return std::string(sample.param.name); });

// Every student's file is mm.c.
TEST(GradeCommand, CasesOfOtherStudentsAreKept) {
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

// Does harm only where its instructions are counted, so that it comes there.
std::string WithCountedBody(const std::string& name, const std::string& body) {
  return WithBody(name,
                  "const char* preloaded = getenv(\"LD_PRELOAD\");\n"
                  "if (preloaded != NULL && strstr(preloaded, \"vgpreload\") != NULL) {" +
                      body + "}");
}

std::string OneCountedTrace() {
  return " --traces " +
         WriteFile("one_counted.txt", "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\n");
}

struct HostileCounted {
  const char* name;
  const char* body;
  const char* says;  // part of why it is not counted; empty: it is
};
class HostileCountedSolutions : public testing::TestWithParam<HostileCounted> {};

TEST_P(HostileCountedSolutions, LoseTheirCountAndHarmNobody) {
  const HostileCounted& hostile = GetParam();
  const std::string source = WithCountedBody(hostile.name, hostile.body);
  const json grade = GradeJson(source + " --cost-timeout 4" + OneCountedTrace(), 0);
  const json& extra = grade["tests"][0]["extra_data"];
  const std::string why = extra.value("not_counted", "");
  if (*hostile.says == '\0') {
    EXPECT_EQ(why, "");
    EXPECT_GT(extra.value("instructions", 0), 0) << grade.dump(1);
  } else {
    EXPECT_NE(why.find(hostile.says), std::string::npos) << grade.dump(1);
    EXPECT_EQ(grade["extra_data"]["throughput_ratio"], 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, HostileCountedSolutions,
    testing::Values(
        HostileCounted{"counted_exits", "exit(0);", "ended the process, with status 0"},
        HostileCounted{"counted_hangs", "for (volatile int i = 1; i;) {}",
                       "it took longer than 4 s"},
        HostileCounted{"counted_aborts", "abort();", "SIGABRT"},
        HostileCounted{"counted_gives_null", "return NULL;", "otherwise than in the checked run"},
        HostileCounted{"counted_forks", "if (fork() != -1 || errno != EPERM) abort();", ""},
        HostileCounted{"counted_ends_parent", "if (kill(getppid(), SIGKILL) != -1) abort();", ""},
        HostileCounted{"counted_takes_memory",
                       "long taken = 0; while (mmap(NULL, 1 << 28, PROT_NONE, MAP_PRIVATE | "
                       "MAP_ANONYMOUS, -1, 0) != MAP_FAILED) if (++taken > 40) abort();",
                       ""},
        HostileCounted{"counted_prints_much",
                       "for (int i = 0; i < 100000; ++i) printf(\"%0100d\\n\", i); fflush(stdout);",
                       ""}),
    [](const auto& sample) { return std::string(sample.param.name); });

bool HasLandlock() { return syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) >= 1; }

TEST(GradeCommand, NoFileIsChangedWhileItIsCounted) {
  const std::string folder = Folder("unchanged") + "/";
  std::ofstream(folder + "old") << "old";
  const auto in_folder = [&folder](const std::string& name) { return "\"" + folder + name + "\""; };
  const std::string source = WithCountedBody(
      "changes_files",
      "fclose(fopen(" + in_folder("old") + ", \"r\")); unlink(" + in_folder("old") + "); rename(" +
          in_folder("old") + ", " + in_folder("moved") + "); truncate(" + in_folder("old") +
          ", 0); fopen(" + in_folder("new") + ", \"w\"); fopen(" + in_folder("old") +
          ", \"r+\"); mkdir(" + in_folder("made") + ", 0700);" +
          // As callgrind itself makes a file: only Landlock sees that it is another place.
          "open(" + in_folder("as_callgrind") + ", O_WRONLY | O_CREAT, 0600);");
  const json grade = GradeJson(source + OneCountedTrace(), 0);
  EXPECT_GT(grade["tests"][0]["extra_data"].value("instructions", 0), 0) << grade.dump(1);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == "as_callgrind" && !HasLandlock()) continue;
    names.push_back(entry.path().filename());
  }
  EXPECT_EQ(names, std::vector<std::string>{"old"});
  EXPECT_EQ(fs::file_size(folder + "old"), 3u);
}

// Neither what valgrind finds in the user's home nor what is in the environment has a part in it.
TEST(GradeCommand, ValgrindsOwnSettingsAreNotRead) {
  const std::string home = Folder("home");
  std::ofstream(home + "/.valgrindrc") << "--callgrind:collect-atstart=no\n";
  const std::string arguments = Sample("naive_bump") + OneCountedTrace();
  const json plain = GradeJson(arguments, 0);
  EXPECT_GT(plain["tests"][0]["extra_data"].value("instructions", 0), 0);
  EXPECT_EQ(GradeJson(arguments, 0, "export HOME=" + home + ";"), plain);
  EXPECT_EQ(GradeJson(arguments, 0, "export VALGRIND_OPTS=--collect-atstart=no;"), plain);
}

// No points are lost by a valgrind that cannot count: one that ends at once, and one that only runs
// the program.
TEST(GradeCommand, AValgrindThatCannotCountIsNotTheSolutionsFault) {
  const std::string folder = Folder("bad_valgrind");
  for (const char* script : {"echo it is not installed well; exit 3",
                             "while [ \"${1#--}\" != \"$1\" ]; do shift; done; exec \"$@\""}) {
    const std::string valgrind = folder + "/valgrind";
    std::ofstream(valgrind) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(valgrind, fs::perms::owner_all);
    const Answer answer =
        Grade(Sample("naive_bump") + OneCountedTrace(), "export PATH=" + folder + ":$PATH;");
    EXPECT_EQ(answer.exit_status(), 2) << answer.text;
    EXPECT_TRUE(answer.Says("instructions cannot be counted here")) << answer.text;
    EXPECT_TRUE(answer.Says("--no-cost")) << answer.text;
  }
}

// Outside of the functions that are called.
TEST(GradeCommand, HostileBeginnings) {
  const auto with = [](const std::string& name, const std::string& text) {
    std::ifstream file(Sample("naive_bump"));
    return WriteFile(name + ".c", "#include <stdlib.h>\n" + text +
                                      std::string{std::istreambuf_iterator<char>(file), {}});
  };
  const Answer exits = Grade(
      with("constructor", "__attribute__((constructor)) void f(void) { exit(0); }\n") + OneTrace());
  EXPECT_EQ(exits.exit_status(), 1);
  EXPECT_TRUE(exits.Says("its initialisers ended the process")) << exits.text;

  const std::string failing = WriteFile("init.c",
                                        "#include \"mm.h\"\nint mm_init(void) { return -1; }\n"
                                        "void* mm_malloc(size_t n) { return (void*)n; }\n"
                                        "void mm_free(void* p) { (void)p; }\n");
  const Answer failed = Grade(failing + OneTrace());
  EXPECT_EQ(failed.exit_status(), 1);
  EXPECT_TRUE(failed.Says("init: before the first operation: mm_init says that it failed"))
      << failed.text;
  // In newer labs 0 is false, and no success.
  const std::string of_today = WriteFile("init_bool.c",
                                         "#include \"mm.h\"\nbool mm_init(void) { return false; }\n"
                                         "void* mm_malloc(size_t n) { return (void*)n; }\n"
                                         "void mm_free(void* p) { (void)p; }\n");
  EXPECT_TRUE(Grade(of_today + OneTrace()).Says("mm_init says that it failed"));
}

// The call that did it is named, and not the one that frees the block.
TEST(GradeCommand, LooksAtAllBlocksAfterEachCall) {
  const std::string source =
      WithBody("changes", "if (calls++ == 1) ((char*)mem_heap_lo())[16 + 99] ^= 1;");
  const json grade = GradeJson(source + OneTrace(), 1);
  const json& extra = grade["tests"][0]["extra_data"];
  EXPECT_EQ(extra.value("rule", ""), "contents");
  EXPECT_EQ(extra.value("operation", 0), 2);
  EXPECT_EQ(extra.value("operation_text", ""), "1 = malloc 60");
}

std::string CountedTrace() {
  return WriteFile("counted.txt",
                   "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\nfree 0\n"
                   "2 = malloc 7\n");
}

// 1000 instructions more in malloc are 1000 more for each malloc, and none for anything else; what
// mm_init takes is not counted.
TEST(GradeCommand, CountsInstructionsToTheLast) {
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
TEST(GradeCommand, AMissingReallocCostsWhatAPlainOneCosts) {
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

TEST(GradeCommand, FreshMemoryIsNotZero) {
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

TEST(GradeCommand, WhatDoesNotCompileIsShown) {
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

TEST(GradeCommand, MisuseNamesTheMend) {
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
TEST(GradeCommand, OtherFormsOfSolutions) {
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
  GradeJson(first + " " + second + " --no-cost" + ShortTraces(), 0);
}

// What config.h tells is as asked for, and only told to those that ask.
TEST(GradeCommand, ConfigIsForThoseThatIncludeIt) {
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
TEST(GradeCommand, AHelperIsTheSolutionsOwnWhateverItsName) {
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

// A helper that is not static is inlined as one that is.
TEST(GradeCommand, GccInlinesWhatIsNotStatic) {
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

// Asked to end, it leaves no folder and no process, and ends by the signal.
TEST(GradeCommand, CtrlCLeavesNothingBehind) {
  const std::string folder = Folder("interrupted");
  const std::string source = WithBody("hangs_for_long", "for (volatile int i = 1; i;) {}");
  const pid_t child = fork();
  if (child == 0) {
    setenv("TMPDIR", folder.c_str(), 1);
    execl(
        "/bin/sh", "sh", "-c",
        ("exec tools/cli/alloclab grade " + source + " --timeout 3600" + OneTrace() + " >/dev/null")
            .c_str(),
        nullptr);
    _exit(127);
  }
  // Until the solution is there, and running.
  bool compiled = false;
  for (int i = 0; i < 600 && !compiled; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    for (const auto& entry : fs::directory_iterator(folder)) {
      compiled = compiled || fs::exists(entry.path() / "solution.so");
    }
  }
  EXPECT_TRUE(compiled);
  kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
  EXPECT_TRUE(fs::is_empty(folder));
}

}  // namespace
}  // namespace alloclab::cli
