#include "tools/cli/solutions_to_grade.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace alloclab::cli {

namespace fs = std::filesystem;
using nlohmann::json;

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

Answer Grade(const std::string& arguments, const std::string& before) {
  return RunShell(before + " exec tools/cli/alloclab grade " + arguments + " 2>&1");
}

json GradeJson(const std::string& arguments, int expected_status, const std::string& before) {
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

std::string WithBody(const std::string& name, const std::string& body, const std::string& init) {
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

std::string OneTrace() {
  static const std::string path = WriteFile(
      "one.txt", "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\nfree 0\nfree 1\n");
  return " --no-cost --no-shrink --traces " + path;
}

std::string CountedTrace() {
  return WriteFile("counted.txt",
                   "alloclab trace text 1\n\n0 = malloc 100\n1 = malloc 60\nfree 0\n"
                   "2 = malloc 7\n");
}

}  // namespace alloclab::cli
