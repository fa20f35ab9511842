// grade: a student's solution of a malloc lab, for correctness, utilisation and cost.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "bench/contained_child/contained_child.h"
#include "bench/grade/default_traces.h"
#include "bench/grade/grader.h"
#include "bench/grade/lab_trace.h"
#include "bench/grade/outside_memory.h"
#include "bench/grade/score.h"
#include "bench/grade/solution.h"
#include "tools/cli/allowed_functions.h"
#include "tools/cli/command.h"
#include "tools/cli/grade_output.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"
#include "tools/cli/shrunk_case.h"
#include "traces/text_writer.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;
using grade::LabTrace;
using grade::TraceGrade;

struct GradeArguments {
  std::vector<std::string> sources;
  std::vector<std::string> traces;
  std::vector<std::string> flags;
  std::size_t alignment = 16;
  std::size_t heap_mib = 100;
  double time_out_seconds = 5;
  double count_time_out_seconds = 120;
  std::uint64_t count_operations = 10'000;
  std::uint64_t shrink_seconds = 20;
  double weight = 0.6;
  std::uint64_t static_bytes = 1024;
  std::vector<std::string> allowed;
  std::string cases = "grade-cases";
  bool no_cost = false;
  bool no_shrink = false;
  bool json = false;
};

// One line on a terminal, written over and over; nothing elsewhere.
class Progress {
 public:
  void Say(const std::string& text) {
    if (shows_) fmt::print(stderr, "\r\033[K{}", text);
  }
  ~Progress() { Say(""); }

 private:
  bool shows_ = isatty(STDERR_FILENO) != 0;
};

std::chrono::milliseconds Milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::vector<LabTrace> TracesToGradeOn(const GradeArguments& arguments) {
  if (arguments.traces.empty()) return grade::DefaultTraces(CorpusFolder());
  std::vector<LabTrace> traces;
  std::set<std::string> names;
  for (const std::string& path : arguments.traces) {
    traces.push_back(grade::ReadLabTrace(path));
    if (names.insert(traces.back().name).second) continue;
    throw TraceError(path + ": another trace has the same name; rename one of them");
  }
  return traces;
}

// A trace that no solution could serve is the teacher's mistake, not the student's.
void CheckFits(const std::vector<LabTrace>& traces, std::size_t heap_bytes) {
  for (const LabTrace& trace : traces) {
    const std::uint64_t live = grade::LabProgram(trace.events).live_bytes_peak;
    if (live <= heap_bytes) continue;
    throw TraceError(fmt::format(
        "{}: has {} bytes live at once, and the heap is {} bytes; give a larger --heap-mib",
        trace.name, live, heap_bytes));
  }
}

void WriteCase(const std::string& path, const std::string& solution, const std::string& trace,
               const ShrunkCase& small, std::size_t heap_bytes) {
  const Metadata metadata = {
      {"solution", fs::path(solution).filename()},
      {"trace", trace},
      {"verdict",
       fmt::format("{}: {}", grade::LabRuleName(small.outcome.rule), small.outcome.reason)},
      {"arena", std::to_string(heap_bytes)}};
  const auto writer = CreateTrace(path, TraceForm::kText, {.metadata = metadata});
  for (const Event& event : small.events) writer->Add(event);
  writer->Finish();
}

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Copies `from` to STEM.txt, or to the first of STEM-2.txt, STEM-3.txt, ... that is not there: many
// students' files have one name. A copy that is there already is taken for this one. Returns its
// path.
std::string KeepUnderNewName(const fs::path& from, const std::string& stem) {
  for (int number = 1;; ++number) {
    const std::string path = stem + (number == 1 ? "" : fmt::format("-{}", number)) + ".txt";
    std::error_code error;
    if (fs::copy_file(from, path, error)) return path;
    if (error != std::errc::file_exists) {
      throw std::system_error(
          error, "cannot write the case " + path + "; name another folder with --cases");
    }
    if (BytesOf(path) == BytesOf(from)) return path;
  }
}

class Grading {
 public:
  Grading(const GradeArguments& arguments, grade::GraderOptions options)
      : arguments_(arguments), grader_(std::move(options)) {}

  const grade::Grader& grader() const { return grader_; }

  std::vector<TraceGrade> Run(const std::vector<LabTrace>& traces) {
    std::vector<TraceGrade> grades;
    for (const LabTrace& trace : traces) {
      place_ =
          fmt::format("alloclab: {} ({} of {}): ", trace.name, grades.size() + 1, traces.size());
      grades.push_back(GradeTrace(trace));
    }
    progress_.Say("");
    return grades;
  }

 private:
  TraceGrade GradeTrace(const LabTrace& trace) {
    TraceGrade grade;
    grade.name = trace.name;
    grade.operations = trace.events.size();
    progress_.Say(place_ + "checking");
    grade.check = grader_.Check(trace.events);
    if (grade.check.correct()) {
      if (arguments_.no_cost) return grade;
      progress_.Say(place_ + "counting instructions");
      grade.count = grader_.Count(trace.events);
      return grade;
    }
    if (grade.check.operation && *grade.check.operation < trace.events.size()) {
      grade.operation_text = FormatEvent(trace.events[*grade.check.operation]);
    }
    if (!arguments_.no_shrink && grade.check.operation) KeepCase(trace, grade);
    return grade;
  }

  // One case of each rule: that of the first trace on which it is broken.
  void KeepCase(const LabTrace& trace, TraceGrade& grade) {
    const auto [known, is_new] = cases_.try_emplace(grade.check.rule);
    Case& kept = known->second;
    if (is_new) {
      const std::string& solution = arguments_.sources.front();
      const ShrunkCase small = ShrinkCase(
          grader_, trace.events, grade.check, std::chrono::seconds(arguments_.shrink_seconds),
          [this](std::size_t size) {
            progress_.Say(fmt::format("{}making the case smaller: {} operations", place_, size));
          });
      if (small.events == trace.events) return;  // nothing smaller breaks it
      const std::string written = grader_.options().folder + "/case.txt";
      WriteCase(written, solution, trace.name, small, grader_.options().heap_bytes);
      fs::create_directories(arguments_.cases);
      const std::string stem =
          fmt::format("{}/{}-{}", arguments_.cases, fs::path(solution).stem().string(),
                      grade::LabRuleName(grade.check.rule));
      kept = {KeepUnderNewName(written, stem), trace.name, small.events.size()};
    }
    if (kept.file.empty()) return;
    grade.case_file = kept.file;
    grade.case_from = kept.from;
    grade.case_operations = kept.operations;
  }

  struct Case {
    std::string file;
    std::string from;
    std::uint64_t operations = 0;
  };

  const GradeArguments& arguments_;
  grade::Grader grader_;
  Progress progress_;
  std::string place_;
  std::map<grade::LabRule, Case> cases_;
};

int Refuse(const GradeArguments& arguments, const Refusal& refusal) {
  if (arguments.json) {
    PrintJson(std::cout, RefusalJson(refusal));
  } else {
    std::cerr << refusal.compiler_output << "alloclab: " << refusal.why << "\n";
  }
  return kFound;
}

// Where there is a correct trace and none is counted, valgrind may be at fault, which is no reason
// to take points away.
void CheckCounted(const grade::Grader& grader, const std::vector<TraceGrade>& grades) {
  bool correct = false;
  for (const TraceGrade& grade : grades) {
    if (grade.count.counts) return;
    correct = correct || grade.check.correct();
  }
  if (!correct) return;
  const std::string why = grader.WhyNothingIsCounted();
  if (why.empty()) return;
  throw std::runtime_error(
      fmt::format("instructions cannot be counted here, not even those of our own allocator: {}; "
                  "see whether valgrind --tool=callgrind runs a program, or grade correctness and "
                  "utilisation alone with --no-cost",
                  why));
}

int GradeSolution(const GradeArguments& arguments) {
  CheckAllowed(arguments.allowed);
  const std::vector<LabTrace> traces = TracesToGradeOn(arguments);
  const std::size_t heap_bytes = arguments.heap_mib << 20;
  CheckFits(traces, heap_bytes);
  if (!arguments.no_cost && !grade::HasValgrind()) {
    throw CLI::ValidationError(
        "instructions are counted with valgrind, and there is none; install it, or grade "
        "correctness and utilisation alone with --no-cost");
  }
  const grade::PrivateFolder folder;
  grade::CompiledSolution solution;
  try {
    solution = CompileSolution(
        arguments.sources, folder,
        {.flags = arguments.flags, .alignment = arguments.alignment, .heap_bytes = heap_bytes});
  } catch (const grade::CompileError& error) {
    return Refuse(arguments, {.why = error.what(), .compiler_output = error.output});
  }
  const grade::OutsideMemory outside = grade::FindOutsideMemory(solution);
  if (const auto forbidden = Forbidden(outside, arguments.allowed); !forbidden.empty()) {
    return Refuse(arguments, ForbiddenFunctions(arguments.sources.front(), forbidden));
  }
  const StaticData static_data = {.bytes = outside.static_bytes,
                                  .free_bytes = arguments.static_bytes,
                                  .variables = outside.variables};
  Grading grading(arguments, {.runner = LabRunner(),
                              .solution = solution.library,
                              .folder = folder.path(),
                              .alignment = arguments.alignment,
                              .heap_bytes = heap_bytes,
                              .time_out = Milliseconds(arguments.time_out_seconds),
                              .count_time_out = Milliseconds(arguments.count_time_out_seconds),
                              .count_operations = arguments.count_operations,
                              .static_bytes = static_data.counted_bytes()});
  if (const std::string why = grading.grader().WhyNotLoaded(); !why.empty()) {
    return Refuse(arguments,
                  {.why = fmt::format("{}: {}", arguments.sources.front(), why), .compiled = true});
  }
  const std::vector<TraceGrade> grades = grading.Run(traces);
  if (!arguments.no_cost) CheckCounted(grading.grader(), grades);
  const grade::Score score = ScoreOf(grades, arguments.weight, !arguments.no_cost);
  const GradeSettings settings = {.weight = arguments.weight,
                                  .counted = !arguments.no_cost,
                                  .colour = isatty(STDOUT_FILENO) != 0,
                                  .static_data = static_data,
                                  .compiler_output = solution.warnings};
  if (arguments.json) {
    PrintJson(std::cout, GradeJson(grades, score, settings));
  } else {
    std::cerr << solution.warnings;
    std::cout << GradeTable(grades, score, settings);
  }
  return score.correct == score.traces ? kFine : kFound;
}

int RunGrade(const GradeArguments& arguments) {
  int number = 0;
  try {
    const HeldEndingSignals held;
    return GradeSolution(arguments);
  } catch (const EndingSignal& ending) {
    number = ending.number;
  }
  EndBySignal(number);
}

constexpr char kFooter[] =
    "Each trace runs in a process of its own, limited in time and memory. A solution that crashes, "
    "hangs, exits or runs out of heap has failed that trace, and the reason is told with the "
    "operation. For each broken rule the shortest case that was found is written as a text, which "
    "--traces and alloclab replay read.\n\n"
    "Rules: init, heap (blocks lie in it), alignment, overlap, contents (of live blocks), realloc "
    "(keeps them), zeroed (calloc), refused, crash, time-out, exit, elsewhere (memory that is not "
    "mem_sbrk's), harness.\n\n"
    "A solution that uses malloc, mmap or another function that manages memory is not run; --allow "
    "permits one. Static data beyond --static-bytes counts as heap.\n\n"
    "Score: 100 (w U + (1 - w) min(1, T/Tref)). U is the mean of the most bytes live over the most "
    "bytes of heap. T is operations per instruction, counted by valgrind, so it is the same in "
    "every "
    "run, and on every machine with the same compiler and C library; Tref is that of our "
    "segregated_bins. Failed traces earn nothing."
    "\n\n"
    "Exit status: 0 all traces are correct, 1 something failed (or does not compile), 2 misuse, or "
    "nothing can be counted here.\n"
    "bench/grade/README.md tells teachers more.";

}  // namespace

void AddGrade(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<GradeArguments>();
  CLI::App* command = app.add_subcommand(
      "grade",
      "Grade a student's solution of a malloc lab (mm_init, mm_malloc, mm_free, mm_realloc over "
      "mem_sbrk): correctness, utilisation and cost");
  command->add_option("sources", arguments->sources, "All source files of one solution (.c, .cc)")
      ->required();
  command->add_option("--traces", arguments->traces,
                      "Traces to grade on, in any form, also .rep (default: a set of twelve)");
  command->add_option("--alignment", arguments->alignment, "Of every block, in bytes: 8 or 16")
      ->check(CLI::IsMember({8, 16}))
      ->capture_default_str();
  command->add_option("--heap-mib", arguments->heap_mib, "The most that mem_sbrk gives")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  command->add_option("--weight", arguments->weight, "w, the part of utilisation in the score")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--static-bytes", arguments->static_bytes,
                   "Static data that can be written to is free up to so many bytes; what is beyond "
                   "counts as heap")
      ->capture_default_str();
  command
      ->add_option("--allow", arguments->allowed,
                   "Permit a function that labs forbid, such as mmap; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--timeout", arguments->time_out_seconds,
                   "Seconds for a trace; 50 us an operation come on top, for the checker")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--no-cost", arguments->no_cost,
                    "Count no instructions (needs no valgrind); the score is 100 U");
  command
      ->add_option("--cost-operations", arguments->count_operations,
                   "Instructions are counted on so many operations of a trace at most")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  command
      ->add_option("--cost-timeout", arguments->count_time_out_seconds,
                   "Seconds for counting a trace")
      ->check(CLI::Range(0.1, 36000.0))
      ->capture_default_str();
  command
      ->add_option("--cases", arguments->cases, "The folder for shrunk cases; none is written over")
      ->capture_default_str();
  command->add_flag("--no-shrink", arguments->no_shrink, "Write no cases");
  command
      ->add_option("--shrink-seconds", arguments->shrink_seconds,
                   "For making a case small, about; one case a rule")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command
      ->add_option("--cflag", arguments->flags,
                   "A flag for the compiler (CC and CXX name it), behind -O2; may be repeated: "
                   "--cflag=-Wall")
      ->allow_extra_args(false);
  command->add_flag("--json", arguments->json, "Print the result as Gradescope reads it");
  command->footer(kFooter);
  command->callback([arguments, &exit_status] { exit_status = RunGrade(*arguments); });
}

}  // namespace alloclab::cli
