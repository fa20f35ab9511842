// Where the program's other parts lie: they are built into the same tree as the program itself.

#ifndef ALLOCLAB_TOOLS_CLI_PARTS_H_
#define ALLOCLAB_TOOLS_CLI_PARTS_H_

#include <string>
#include <vector>

namespace alloclab::cli {

// Paths of the recorder's library, of the process that replays one cell, and of the library that
// puts a variant under a program. Throws std::runtime_error, naming the mend, when a part was not
// built.
std::string RecorderLibrary();
std::string Worker();
std::string VariantLibrary(const std::string& variant);
// The process in which a workload runs (compare --workloads).
std::string WorkloadRunner();
// The Google Benchmark of single operations.
std::string OperationsBench();
// The process that starts a program that is measured.
std::string Launcher();
// The worker that callgrind can read, and what is preloaded before a library that is counted.
std::string CountedWorker();
std::string StoppedClock();
// The program that tells the figures of this tree.
std::string Counts();
// The process in which a student's solution runs.
std::string LabRunner();

// The folder that all of these are in: Bazel's output for this tree.
std::string BuiltTree();

// The root of the source tree, and the committed corpus in it.
std::string SourceRoot();
std::string CorpusFolder();
std::vector<std::string> CorpusTraces();

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PARTS_H_
