// Another program in this one's place, so that signals and the terminal are its own.

#ifndef ALLOCLAB_TOOLS_CLI_BECOME_H_
#define ALLOCLAB_TOOLS_CLI_BECOME_H_

#include <string>
#include <vector>

namespace alloclab::cli {

// Becomes the program that execvp finds under the name or path `words[0]`, with all words as its
// arguments. Returns only if that fails: errno.
int Become(const std::vector<std::string>& words);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_BECOME_H_
