#include "bench/workloads/run_workload.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/process/child_process.h"

namespace alloclab::workloads {
namespace {

[[noreturn]] void Throw(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::string Reason(const ChildEnd& end, std::chrono::milliseconds timeout, const RunReport& report,
                   const std::string& said) {
  // What the run itself found out comes before what became of the process.
  if (report.reason[0] != '\0') return report.reason;
  if (end.succeeded() && report.succeeded == 1) return "";
  return fmt::format("{}{}{}", HowItEnded(end, timeout), end.succeeded() ? " and no result" : "",
                     said.empty() ? "" : "; it said: " + said);
}

}  // namespace

RunOutcome RunWorkload(const std::string& runner_path, RunRequest request,
                       std::chrono::milliseconds timeout,
                       const std::function<bool()>& interrupted) {
  const MemoryFile report_file("alloclab-report");
  const MemoryFile stderr_file("alloclab-stderr");
  request.report_fd = report_file.descriptor();
  if (ftruncate(request.report_fd, sizeof(RunReport)) != 0) Throw("cannot size a report");
  std::vector<std::string> arguments = RunnerArguments(request);
  arguments.insert(arguments.begin(), runner_path);
  const ChildEnd end = RunChildProcess({.arguments = std::move(arguments),
                                        .library = std::string(request.library),
                                        .stderr_fd = stderr_file.descriptor(),
                                        .timeout = timeout,
                                        .interrupted = interrupted});
  RunOutcome outcome;
  outcome.interrupted = end.interrupted;
  if (pread(request.report_fd, &outcome.report, sizeof(RunReport), 0) !=
      static_cast<ssize_t>(sizeof(RunReport))) {
    Throw("cannot read a report");
  }
  outcome.report.reason[sizeof(outcome.report.reason) - 1] = '\0';
  outcome.reason = Reason(end, timeout, outcome.report, FirstLineOf(stderr_file.descriptor()));
  return outcome;
}

std::string ThreadsText(std::uint32_t threads) {
  return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

}  // namespace alloclab::workloads
