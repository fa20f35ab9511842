// alloclab run, from outside: what the program gets, and what is refused before it starts.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"

namespace alloclab::cli {
namespace {

constexpr char kNoMalloc[] = "bench/no_malloc.so";

struct Answer {
  int status = -1;        // as wait gives it
  std::string text = {};  // standard output and standard error

  bool Says(const std::string& part) const { return text.find(part) != std::string::npos; }
};

// Runs `alloclab run ARGUMENTS`, written for a shell.
Answer RunOn(const std::string& arguments, const std::string& before = "") {
  Answer answer;
  FILE* pipe = popen((before + " exec tools/cli/alloclab run " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return answer;
  std::array<char, 4096> part;
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) {
    answer.text.append(part.data(), got);
  }
  answer.status = pclose(pipe);
  return answer;
}

int ExitStatus(const Answer& answer) {
  return WIFEXITED(answer.status) ? WEXITSTATUS(answer.status) : -1;
}

std::string Absolute(const char* path) { return std::filesystem::absolute(path); }

TEST(RunCommand, PutsEveryVariantUnderTheProgram) {
  for (const std::string_view name : Variants::kNames) {
    const Answer answer =
        RunOn("--allocator " + std::string(name) + " -- ls /", "export ALLOCLAB_MALLOC_STATS=1;");
    EXPECT_EQ(ExitStatus(answer), 0) << answer.text;
    EXPECT_TRUE(answer.Says("usr\n")) << answer.text;
    EXPECT_EQ(answer.Says("alloclab malloc: " + std::string(name) + ": "), name != "system")
        << name << ": " << answer.text;
  }
}

TEST(RunCommand, PutsOtherLibrariesUnderTheProgram) {
  for (const char* name : {"jemalloc", "mimalloc", "tcmalloc"}) {
    const Answer answer =
        RunOn(std::string("--allocator ") + name + " -- grep -c lib" + name + " /proc/self/maps");
    EXPECT_EQ(ExitStatus(answer), 0) << name << ": " << answer.text;
  }
  const Answer answer = RunOn("--allocator system -- grep -c malloc /proc/self/maps");
  EXPECT_EQ(answer.text, "0\n");
}

TEST(RunCommand, IsTheProgram) {
  const std::string bump = "--allocator bump -- ";
  EXPECT_EQ(ExitStatus(RunOn(bump + "sh -c 'exit 7'")), 7);
  // A signal ends the program itself, not a process in between.
  const Answer killed = RunOn(bump + "sh -c 'kill -TERM $$'");
  EXPECT_TRUE(WIFSIGNALED(killed.status) && WTERMSIG(killed.status) == SIGTERM) << killed.text;
  EXPECT_EQ(RunOn(bump + "printf '%s|' -l --allocator x --help").text, "-l|--allocator|x|--help|");
  EXPECT_EQ(RunOn(bump + "sh -c 'echo $ALLOCLAB_ROOT.'", "export ALLOCLAB_ROOT=here;").text, ".\n");
}

TEST(RunCommand, ComesBeforeOtherPreloadedLibraries) {
  const std::string other = Absolute(kNoMalloc);
  const Answer answer =
      RunOn("--allocator bump -- sh -c 'echo $LD_PRELOAD'", "export LD_PRELOAD=" + other + ";");
  EXPECT_TRUE(answer.Says("/libmalloc_bump.so:" + other + "\n")) << answer.text;
  EXPECT_TRUE(RunOn("--allocator bump -- sh -c 'echo $LD_PRELOAD'").Says("/libmalloc_bump.so\n"));
}

TEST(RunCommand, RefusalsNameTheMend) {
  const Answer unknown = RunOn("--allocator tlsfx -- ls");
  EXPECT_EQ(ExitStatus(unknown), 2);
  for (const std::string_view name : Variants::kNames) {
    EXPECT_TRUE(unknown.Says(std::string(name))) << unknown.text;
  }
  EXPECT_TRUE(unknown.Says("unknown allocator \"tlsfx\". Known are: ")) << unknown.text;

  const Answer missing = RunOn("--allocator /nowhere/lib.so -- ls");
  EXPECT_EQ(ExitStatus(missing), 2);
  EXPECT_TRUE(missing.Says("/nowhere/lib.so: there is no such file")) << missing.text;

  const Answer useless = RunOn(std::string("--allocator ") + kNoMalloc + " -- ls");
  EXPECT_EQ(ExitStatus(useless), 2);
  EXPECT_TRUE(useless.Says("this library defines no malloc")) << useless.text;

  EXPECT_EQ(ExitStatus(RunOn("--allocator bump")), 2);
  EXPECT_EQ(ExitStatus(RunOn("-- ls")), 2);
}

TEST(RunCommand, ProgramsThatCannotRunAreNamedAsAShellDoes) {
  const Answer missing = RunOn("--allocator bump -- no_such_program_at_all");
  EXPECT_EQ(ExitStatus(missing), 127);
  EXPECT_TRUE(missing.Says("cannot run no_such_program_at_all: there is no such program"))
      << missing.text;
  const std::string text = std::string(testing::TempDir()) + "/text";
  std::ofstream(text) << "not a program\n";
  const Answer forbidden = RunOn("--allocator bump -- " + text);
  EXPECT_EQ(ExitStatus(forbidden), 126);
  EXPECT_TRUE(forbidden.Says("Permission denied")) << forbidden.text;
}

}  // namespace
}  // namespace alloclab::cli
