// Solutions that crash, hang, exit and attack while alloclab grade checks them: their trace fails,
// and nothing else.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tools/cli/solutions_to_grade.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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
  const char* rule;          // empty: it does no harm to its own blocks, and so it passes
  const char* says;          // part of the reason
  const char* allowed = "";  // the functions that it is to come through with
};
class HostileSolutions : public testing::TestWithParam<Hostile> {};

TEST_P(HostileSolutions, FailTheirTraceAndNotTheGrader) {
  const Hostile& hostile = GetParam();
  const std::string source = WithBody(hostile.name, hostile.body);
  const bool passes = *hostile.rule == '\0';
  const json grade =
      GradeJson(source + hostile.allowed + " --timeout 1" + OneTrace(), passes ? 0 : 1);
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
        Hostile{"gives_libc", "return malloc(size + 32);", "heap", "does not lie in the heap",
                " --allow malloc"},
        Hostile{"gives_static", "static char area[200]; return area;", "heap",
                "which is empty: mem_sbrk was asked for nothing"},
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

// Outside of the functions that are called.
TEST(GradeHostile, HostileBeginnings) {
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

// Asked to end, it leaves no folder and no process, and ends by the signal.
TEST(GradeHostile, CtrlCLeavesNothingBehind) {
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
