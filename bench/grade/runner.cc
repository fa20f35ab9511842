// The runner: one program on one solution, in a process of its own, for anything may happen in it.
// It exports the functions of memlib.h, which the solution finds when it is loaded.

#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bench/grade/check_run.h"
#include "bench/grade/confine.h"
#include "bench/grade/counted_run.h"
#include "bench/grade/lab_arena.h"
#include "bench/grade/lab_functions.h"
#include "bench/grade/last_words.h"
#include "bench/grade/run_report.h"
#include "bench/grade/run_request.h"

namespace alloclab::grade {
namespace {

constexpr int kMisuse = 2;

RunReport* MapReport(int descriptor) {
  void* mapped =
      mmap(nullptr, sizeof(RunReport), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<RunReport*>(mapped);
}

void Refuse(RunReport& report, const std::string& why) {
  report.result.rule = LabRule::kHarness;
  std::snprintf(report.result.text, sizeof(report.result.text), "%s", why.c_str());
}

void Run(const RunRequest& request, RunReport& report) {
  ProgramImage image;
  if (request.program_fd >= 0) {
    if (const char* wrong = image.Map(request.program_fd)) return Refuse(report, wrong);
    close(request.program_fd);
  }
  if (!LabArena::Make(request.heap_bytes, !request.counted)) {
    return Refuse(report, "there is no memory for the heap");
  }
  Confine(request.counted);
  LabFunctions functions;
  report.phase = Phase::kLoad;
  if (request.solution.empty()) functions = ReferenceFunctions();
  const std::string why = request.solution.empty() ? "" : LoadSolution(request.solution, functions);
  report.phase = Phase::kHarness;
  if (!why.empty()) return Refuse(report, why);
  if (request.program_fd < 0) return;
  std::vector<void*> slots(image.header().slots + 1);
  if (request.counted) {
    RunCounted(functions, image, request.operations, slots.data(), report);
  } else {
    RunChecked(functions, image, slots.data(), request.alignment, report);
  }
}

}  // namespace
}  // namespace alloclab::grade

int main(int argc, char** argv) {
  using namespace alloclab::grade;
  // Not to go on alone when the grader is ended.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  RunRequest request;
  if (!ParseRunnerArguments({argv + 1, argv + argc}, request)) {
    std::fputs("runner: it is started by alloclab grade; run_request.h has its arguments\n",
               stderr);
    return alloclab::grade::kMisuse;
  }
  RunReport* report = MapReport(request.report_fd);
  if (report == nullptr) {
    std::fprintf(stderr, "runner: the report must be a file of %zu bytes\n", sizeof(RunReport));
    return alloclab::grade::kMisuse;
  }
  close(request.report_fd);
  if (!request.counted) KeepLastWords(*report);
  Run(request, *report);
  report->seal = report->SealFor(request.nonce);
  // Not through exit: what the solution has left to be run then is not part of what was asked.
  _exit(0);
}
