// Runs a program that a gate needs, to its end.

#ifndef ALLOCLAB_BENCH_GATE_RUN_TOOL_H_
#define ALLOCLAB_BENCH_GATE_RUN_TOOL_H_

#include <chrono>
#include <string>
#include <vector>

namespace alloclab::gate {

// Throws CompareError, with the command and what it printed, unless it ends with status 0 in time;
// EndingSignal as RunContainedChild does, whose process this is. Nothing of it runs on.
void RunTool(const std::vector<std::string>& command, std::chrono::milliseconds timeout);

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_RUN_TOOL_H_
