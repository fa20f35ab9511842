#include "bench/grade/grader.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <random>
#include <system_error>

#include "bench/contained_child/contained_child.h"
#include "bench/deterministic/callgrind_file.h"
#include "bench/deterministic/plain_c_library.h"
#include "bench/grade/end_of_run.h"
#include "bench/grade/lab_trace.h"
#include "bench/grade/run_report.h"
#include "bench/process/child_process.h"
#include "traces/replay/program_image.h"

namespace alloclab::grade {
namespace {

std::uint64_t DrawNonce() {
  static std::random_device device;
  return (std::uint64_t{device()} << 32 | device()) | 1;
}

struct Ran {
  ContainedChildEnd child;
  RunReport report;
  std::uint64_t nonce;
};

// Runs a runner for `request`, behind the words of `before`, with a report of its own.
Ran RunRunner(RunRequest request, const std::string& runner, std::vector<std::string> before,
              ContainedChildRequest child) {
  const MemoryFile report("alloclab-grade-report");
  const RunReport empty;
  if (pwrite(report.descriptor(), &empty, sizeof(empty), 0) != sizeof(empty)) {
    throw std::system_error(errno, std::generic_category(), "cannot write a report");
  }
  Ran ran{.child = {}, .report = {}, .nonce = DrawNonce()};
  request.report_fd = report.descriptor();
  request.nonce = ran.nonce;
  child.fixed_addresses = true;
  child.command = std::move(before);
  child.command.push_back(runner);
  for (std::string& argument : RunnerArguments(request))
    child.command.push_back(std::move(argument));
  ran.child = RunContainedChild(child);
  if (pread(report.descriptor(), &ran.report, sizeof(RunReport), 0) !=
      static_cast<ssize_t>(sizeof(RunReport))) {
    ran.report = RunReport();  // made shorter: as if nothing had been reported
  }
  return ran;
}

// Beside the heap: the checker's books, the program and libraries; and what valgrind has of its
// own.
constexpr std::uint64_t kBesideHeapBytes = std::uint64_t{1} << 30;
constexpr std::uint64_t kValgrindBytes = std::uint64_t{1} << 30;
// Of each file that is written: what the solution prints, and each file of counts.
constexpr std::uint64_t kMostOutputBytes = std::uint64_t{1} << 20;

RunRequest RequestOf(const GraderOptions& options) {
  RunRequest request;
  request.solution = options.solution;
  request.alignment = options.alignment;
  request.heap_bytes = options.heap_bytes;
  request.operations = options.count_operations;
  return request;
}

ContainedChildRequest Child(const GraderOptions& options, std::chrono::milliseconds time_out) {
  ContainedChildRequest child;
  child.time_out = time_out;
  child.memory_bytes = options.heap_bytes + kBesideHeapBytes;
  child.file_bytes = kMostOutputBytes;
  child.environment = {{"LD_PRELOAD", ""}};
  return child;
}

InstructionCounts ReadCounts(const std::string& base) {
  InstructionCounts counts;
  TakeCallgrindFiles(base, [&counts](const MarkedCounts& marked) {
    if (marked.mark == "floor") counts.floor = marked.Of("Ir");
    if (marked.mark == "reference") counts.reference = marked.Of("Ir");
    if (marked.mark == "solution") counts.solution = marked.Of("Ir");
  });
  return counts;
}

}  // namespace

std::string Grader::WhyNotLoaded() const {
  const Ran ran =
      RunRunner(RequestOf(options_), options_.runner, {}, Child(options_, options_.time_out));
  return Judge(ran.child, ran.report, ran.nonce, options_.time_out).reason;
}

CheckOutcome Grader::Check(const std::vector<Event>& events,
                           std::chrono::milliseconds time_out) const {
  const MemoryFile program(WriteProgramImage(LabProgram(events)));
  RunRequest request = RequestOf(options_);
  request.program_fd = program.descriptor();
  const Ran ran = RunRunner(request, options_.runner, {}, Child(options_, time_out));
  CheckOutcome outcome = Judge(ran.child, ran.report, ran.nonce, time_out);
  outcome.static_bytes = options_.static_bytes;
  return outcome;
}

CountOutcome Grader::CountOn(const std::string& solution, const std::vector<Event>& events) const {
  const MemoryFile program(WriteProgramImage(LabProgram(events)));
  const std::string folder = options_.folder + "/counts";
  std::filesystem::create_directory(folder);
  const std::string base = folder + "/callgrind.out";
  RunRequest request = RequestOf(options_);
  request.solution = solution;
  request.counted = true;
  request.program_fd = program.descriptor();
  ContainedChildRequest child = Child(options_, options_.count_time_out);
  child.memory_bytes += kValgrindBytes;
  child.writes_only_in = folder;
  child.environment = {
      {"GLIBC_TUNABLES", kPlainCLibrary}, {"VALGRIND_OPTS", ""}, {"LD_PRELOAD", ""}};
  const Ran ran = RunRunner(request, options_.runner,
                            {"valgrind", "--command-line-only=yes",  // no .valgrindrc
                             "--tool=callgrind", "--instr-atstart=no", "--vgdb=no",
                             "--callgrind-out-file=" + base, "--quiet"},
                            child);
  InstructionCounts counts = ReadCounts(base);
  const CheckOutcome outcome = Judge(ran.child, ran.report, ran.nonce, options_.count_time_out);
  if (!outcome.correct()) return {std::nullopt, "while it was counted: " + outcome.reason};
  if (counts.floor == 0 || counts.reference <= counts.floor || counts.solution < counts.floor) {
    return {std::nullopt, "valgrind wrote no counts"};
  }
  counts.operations = std::min<std::uint64_t>(events.size(), options_.count_operations);
  return {counts, ""};
}

CountOutcome Grader::Count(const std::vector<Event>& events) const {
  return CountOn(options_.solution, events);
}

std::string Grader::WhyNothingIsCounted() const {
  const std::vector<Event> events = {{.id = 0, .size = 1}};
  return CountOn("", events).reason;
}

bool HasValgrind() { return IsOnPath("valgrind"); }

}  // namespace alloclab::grade
