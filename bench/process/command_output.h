// Asks another program of this machine one question.

#ifndef ALLOCLAB_BENCH_PROCESS_COMMAND_OUTPUT_H_
#define ALLOCLAB_BENCH_PROCESS_COMMAND_OUTPUT_H_

#include <string>
#include <vector>

namespace alloclab {

// What `arguments[0]` (looked for in PATH; no shell in between) prints on its standard output,
// without the newline at the end. Empty when there is no such program or it fails: whoever asks
// has a word for not knowing.
std::string CommandOutput(std::vector<std::string> arguments);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROCESS_COMMAND_OUTPUT_H_
