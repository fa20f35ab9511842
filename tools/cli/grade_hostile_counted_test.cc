// Solutions that do harm only where alloclab grade counts their instructions, and valgrinds that
// cannot count.

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/cli/solutions_to_grade.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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
  const char* says;          // part of why it is not counted; empty: it is
  const char* allowed = "";  // the functions that it is to come through with
};
class HostileCountedSolutions : public testing::TestWithParam<HostileCounted> {};

TEST_P(HostileCountedSolutions, LoseTheirCountAndHarmNobody) {
  const HostileCounted& hostile = GetParam();
  const std::string source = WithCountedBody(hostile.name, hostile.body);
  const json grade =
      GradeJson(source + hostile.allowed + " --cost-timeout 4" + OneCountedTrace(), 0);
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
                       "", " --allow mmap"},
        HostileCounted{"counted_prints_much",
                       "for (int i = 0; i < 100000; ++i) printf(\"%0100d\\n\", i); fflush(stdout);",
                       ""}),
    [](const auto& sample) { return std::string(sample.param.name); });

bool HasLandlock() { return syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) >= 1; }

TEST(GradeHostileCounted, NoFileIsChangedWhileItIsCounted) {
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
TEST(GradeHostileCounted, ValgrindsOwnSettingsAreNotRead) {
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
TEST(GradeHostileCounted, AValgrindThatCannotCountIsNotTheSolutionsFault) {
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

}  // namespace
}  // namespace alloclab::cli
