// Solutions that a teacher may be handed, compiled as a teacher's machine would, and alloclab grade
// from outside: for the tests of what it says of them.

#ifndef ALLOCLAB_TOOLS_CLI_SOLUTIONS_TO_GRADE_H_
#define ALLOCLAB_TOOLS_CLI_SOLUTIONS_TO_GRADE_H_

#include <sys/wait.h>

#include <nlohmann/json.hpp>
#include <string>

namespace alloclab::cli {

struct Answer {
  int status = -1;        // as wait gives it
  std::string text = {};  // standard output, and standard error where it was asked for

  bool Says(const std::string& part) const { return text.find(part) != std::string::npos; }
  int exit_status() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
};

Answer RunShell(const std::string& command);

// The command's text and errors. `before` stands before it in the shell.
Answer Grade(const std::string& arguments, const std::string& before = "");

// Its JSON; it must end with this status.
nlohmann::json GradeJson(const std::string& arguments, int expected_status,
                         const std::string& before = "");

// Of bench/grade/samples.
std::string Sample(const std::string& name);

// An empty folder, and a file, of the test's own.
std::string Folder(const std::string& name);
std::string WriteFile(const std::string& name, const std::string& text);

// A solution that is right but for what stands in `body`, which mm_malloc begins with, or for how
// mm_init begins.
std::string WithBody(const std::string& name, const std::string& body,
                     const std::string& init = "int mm_init(void) { ");

// Arguments. Three short traces, so that counting takes little: a real program, growing buffers,
// and a comb.
std::string ShortTraces();
// One of four operations, which is neither counted nor shrunk.
std::string OneTrace();

// The path of a trace of four operations.
std::string CountedTrace();

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_SOLUTIONS_TO_GRADE_H_
