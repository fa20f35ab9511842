// What a fuzz target leaves behind when it has found something: a case as trace text, in a file,
// and the command that runs it again.

#ifndef ALLOCLAB_FUZZ_FINDING_H_
#define ALLOCLAB_FUZZ_FINDING_H_

#include <string>
#include <string_view>

#include "fuzz/program.h"

namespace alloclab {

// Put before the names of files written from now on: a folder with its '/', or the start of a name.
// Empty (the working directory) until set.
void SetArtifactPrefix(std::string prefix);
const std::string& ArtifactPrefix();

// Prints to standard error what broke, the program's trace text and how to replay it, and writes
// the text to `crash-<rule>-<hash>.txt`. `rule` is a RuleName, or "crash".
void ReportFinding(const FuzzProgram& program, std::string_view allocator, std::string_view rule,
                   std::string_view sentence);

// A finding of any kind, as it is told.
struct FoundCase {
  std::string_view subject;  // what it was found in
  std::string_view rule;
  std::string_view sentence;
  std::string text;      // of the file
  std::string identity;  // what its name is made from
  std::string replay;    // the command, up to the file
  std::string replay_end = {};
};
void ReportCase(const FoundCase& found);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_FINDING_H_
