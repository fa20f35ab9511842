#include "bench/gate/run_tool.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>

#include "bench/contained_child/contained_child.h"
#include "bench/process/compare_error.h"

namespace alloclab::gate {

void RunTool(const std::vector<std::string>& command, std::chrono::milliseconds timeout) {
  ContainedChildRequest request;
  request.command = command;
  request.time_out = timeout;
  ContainedChildEnd end = RunContainedChild(request);
  if (!end.timed_out && WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0) return;
  while (end.output.ends_with('\n')) end.output.pop_back();
  const std::string how =
      end.timed_out             ? fmt::format("took longer than {} s",
                                              std::chrono::duration_cast<std::chrono::seconds>(timeout).count())
      : WIFSIGNALED(end.status) ? fmt::format("was ended by signal {}", WTERMSIG(end.status))
                                : fmt::format("ended with status {}", WEXITSTATUS(end.status));
  throw CompareError(
      fmt::format("this command {}: {}\n{}", how, fmt::join(command, " "), end.output));
}

}  // namespace alloclab::gate
