// Programs that a preloaded library never comes to: the kernel starts them without the dynamic
// loader, the loader is told to trust nobody's environment, or the library is for another machine.
// They would run on the system's malloc and say nothing, so they are recognised by their files.

#ifndef ALLOCLAB_TOOLS_CLI_PROGRAM_FILE_H_
#define ALLOCLAB_TOOLS_CLI_PROGRAM_FILE_H_

#include <string>

namespace alloclab::cli {

// Why the program that execvp would find under the name `word` would run without a library that is
// preloaded, and what to do: a sentence or two, or nothing where there is no reason. Of a script
// its interpreter is looked at, and not what that starts. What cannot be found or read is left for
// execvp to complain about.
std::string WhyNotPreloaded(const std::string& word);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PROGRAM_FILE_H_
