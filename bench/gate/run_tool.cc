#include "bench/gate/run_tool.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>

#include "bench/candidate.h"
#include "bench/grade/child.h"

namespace alloclab::gate {

void RunTool(const std::vector<std::string>& command, std::chrono::milliseconds timeout) {
  grade::ChildRequest request;
  request.command = command;
  request.time_out = timeout;
  grade::ChildOutcome outcome = grade::RunChild(request);
  if (!outcome.timed_out && WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0) return;
  while (outcome.output.ends_with('\n')) outcome.output.pop_back();
  const std::string how =
      outcome.timed_out
          ? fmt::format("took longer than {} s",
                        std::chrono::duration_cast<std::chrono::seconds>(timeout).count())
      : WIFSIGNALED(outcome.status)
          ? fmt::format("was ended by signal {}", WTERMSIG(outcome.status))
          : fmt::format("ended with status {}", WEXITSTATUS(outcome.status));
  throw CompareError(
      fmt::format("this command {}: {}\n{}", how, fmt::join(command, " "), outcome.output));
}

}  // namespace alloclab::gate
