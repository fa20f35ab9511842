#include "bench/worker/runner.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/process/child_process.h"

namespace alloclab {
namespace {

[[noreturn]] void Throw(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::string WhereItWas(const WorkerRequest& request, const WorkerReport& report,
                       std::uint64_t operations) {
  if (request.pass == WorkerPass::kTime || request.pass == WorkerPass::kLatency) {
    return fmt::format("in the {} pass", WorkerPassName(request.pass));
  }
  if (report.at_operation >= operations) {
    return fmt::format("at free {} after its {} operations in the {} pass",
                       report.at_operation - operations, operations, WorkerPassName(request.pass));
  }
  return fmt::format("at operation {} of {} in the {} pass", report.at_operation, operations,
                     WorkerPassName(request.pass));
}

}  // namespace

Runner::Runner(std::string worker_path, std::chrono::milliseconds timeout,
               std::vector<std::string> before)
    : command_(std::move(before)), timeout_(timeout) {
  command_.push_back(std::move(worker_path));
}

WorkerOutcome Runner::Run(WorkerRequest request, std::uint64_t operations) const {
  const MemoryFile report_file("alloclab-report");
  const MemoryFile stderr_file("alloclab-stderr");
  WorkerOutcome outcome;
  request.report_fd = report_file.descriptor();
  if (ftruncate(request.report_fd, sizeof(WorkerReport)) != 0) Throw("cannot size a report");
  std::vector<std::string> arguments = WorkerArguments(request);
  arguments.insert(arguments.begin(), command_.begin(), command_.end());
  const ChildEnd end = RunChildProcess({.arguments = std::move(arguments),
                                        .library = std::string(request.library),
                                        // A library may greet whoever loads it.
                                        .stdout_fd = stderr_file.descriptor(),
                                        .stderr_fd = stderr_file.descriptor(),
                                        .timeout = timeout_});
  if (pread(request.report_fd, &outcome.report, sizeof(WorkerReport), 0) !=
      static_cast<ssize_t>(sizeof(WorkerReport))) {
    Throw("cannot read a worker's report");
  }
  outcome.report.reason[sizeof(outcome.report.reason) - 1] = '\0';
  const std::string where = WhereItWas(request, outcome.report, operations);
  const std::string how = HowItEnded(end, timeout_);
  const std::string line = FirstLineOf(stderr_file.descriptor());
  const std::string said = line.empty() ? "" : "; it said: " + line;
  if (end.timed_out) {
    outcome.reason = fmt::format("{}, {}", how, where);
  } else if (WIFSIGNALED(end.status)) {
    outcome.reason = fmt::format("{} {}{}", how, where, said);
  } else if (outcome.report.reason[0] != '\0') {
    outcome.reason = outcome.report.reason;
  } else if (!end.succeeded() || !outcome.report.succeeded) {
    outcome.reason = fmt::format("the worker {} and no result, {}{}", how, where, said);
  }
  return outcome;
}

}  // namespace alloclab
