#include "bench/grade/end_of_run.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <string>

#include "bench/grade/fresh_byte.h"

namespace alloclab::grade {
namespace {

// What the process was in; empty where that was the grader's own part.
std::string_view FunctionOf(Phase phase) {
  switch (phase) {
    case Phase::kLoad:
      return "its initialisers";
    case Phase::kInit:
      return "mm_init";
    case Phase::kMalloc:
      return "mm_malloc";
    case Phase::kFree:
      return "mm_free";
    case Phase::kRealloc:
      return "mm_realloc";
    case Phase::kCalloc:
      return "mm_calloc";
    default:
      return "";
  }
}

// The first line that the process printed, as the end of a sentence.
std::string WhatItSaid(const std::string& output) {
  constexpr std::size_t kMost = 200;
  std::string line = output.substr(0, std::min(output.find('\n'), kMost));
  if (line.empty()) return "";
  for (char& c : line) {
    if (c < ' ' || c > '~') c = '?';
  }
  return fmt::format("; it said: {}", line);
}

// Of a fault, or a signal that came otherwise.
std::string Where(const RunReport& report) {
  if (report.signal_code == SI_KERNEL) {
    return fmt::format(" through a pointer that no address can be (fresh memory holds {:x} bytes)",
                       kFreshByte);
  }
  if (report.signal_code <= 0) return ", which it sent to itself";
  const std::uint64_t address = report.fault_address;
  const std::uint64_t begin = report.heap_begin;
  const std::uint64_t end = report.heap_end;
  constexpr std::uint64_t kNear = 1 << 20;
  constexpr std::uint64_t kNullPage = 4096;
  if (address < kNullPage) return fmt::format(" at address {}, close to null", address);
  if (address >= end && address - end < kNear) {
    return fmt::format(" at {:#x}, {} bytes behind the end of the heap", address, address - end);
  }
  if (address < begin && begin - address < kNear) {
    return fmt::format(" at {:#x}, {} bytes before the heap", address, begin - address);
  }
  if (address >= begin && address < end) return fmt::format(" at {:#x}, in the heap", address);
  return fmt::format(" at {:#x}, far from the heap", address);
}

std::string SignalText(const RunReport& report, int number) {
  std::string text = fmt::format("SIG{} ({})", sigabbrev_np(number) ? sigabbrev_np(number) : "?",
                                 sigdescr_np(number) ? sigdescr_np(number) : "unknown");
  const bool has_address = number == SIGSEGV || number == SIGBUS;
  if (has_address && report.signal == static_cast<std::uint32_t>(number)) text += Where(report);
  return text;
}

CheckOutcome Ended(LabRule rule, std::string reason) {
  CheckOutcome outcome;
  outcome.rule = rule;
  outcome.reason = std::move(reason);
  return outcome;
}

// Of the calls that confine.h ends a process for.
std::string_view NameOfMemoryCall(std::int32_t number) {
  switch (number) {
    case SYS_mmap:
      return "mmap";
    case SYS_mremap:
      return "mremap";
    case SYS_brk:
      return "brk";
    default:
      return "";
  }
}

CheckOutcome Crashed(const ContainedChildEnd& child, const RunReport& report) {
  const std::string_view function = FunctionOf(report.phase);
  const int number = WTERMSIG(child.status);
  if (function.empty()) {
    return Ended(
        LabRule::kHarness,
        fmt::format("the checker itself was ended by {}: the solution had written over its "
                    "memory, or used up all that the process may have{}",
                    SignalText(report, number), WhatItSaid(child.output)));
  }
  const std::string_view call = NameOfMemoryCall(report.system_call);
  if (number == SIGSYS && report.signal == SIGSYS && !call.empty()) {
    return Ended(LabRule::kElsewhere,
                 fmt::format("{} made the system call {}: memory comes from mem_sbrk alone",
                             function, call));
  }
  return Ended(LabRule::kCrash, fmt::format("{} was ended by {}{}", function,
                                            SignalText(report, number), WhatItSaid(child.output)));
}

CheckOutcome NoResult(const ContainedChildEnd& child, const RunReport& report) {
  const std::string_view function = FunctionOf(report.phase);
  const int status = WEXITSTATUS(child.status);
  if (!function.empty()) {
    return Ended(LabRule::kExit, fmt::format("{} ended the process, with status {}{}", function,
                                             status, WhatItSaid(child.output)));
  }
  return Ended(LabRule::kHarness,
               fmt::format("the checker ended with status {} and no valid result: the solution had "
                           "written over its memory{}",
                           status, WhatItSaid(child.output)));
}

CheckOutcome Reported(const RunReport& report) {
  const RunResult& result = report.result;
  CheckOutcome outcome;
  outcome.rule = result.rule;
  outcome.live_bytes_peak = result.live_bytes_peak;
  outcome.heap_bytes_peak = result.heap_bytes_peak;
  outcome.reason.assign(result.text, strnlen(result.text, sizeof(result.text)));
  if (result.rule == LabRule::kInit && outcome.reason.empty()) {
    outcome.reason = "mm_init says that it failed";
  }
  return outcome;
}

}  // namespace

CheckOutcome Judge(const ContainedChildEnd& child, const RunReport& report, std::uint64_t nonce,
                   std::chrono::milliseconds time_out) {
  CheckOutcome outcome;
  if (child.timed_out) {
    const std::string_view function = FunctionOf(report.phase);
    outcome = Ended(LabRule::kTimeOut, fmt::format("it took longer than {} s, and was in {}",
                                                   static_cast<double>(time_out.count()) / 1000,
                                                   function.empty() ? "the checker" : function));
  } else if (WIFSIGNALED(child.status)) {
    outcome = Crashed(child, report);
  } else if (report.seal == 0 || report.seal != report.SealFor(nonce)) {
    outcome = NoResult(child, report);
  } else {
    outcome = Reported(report);
  }
  outcome.seconds = child.seconds;
  if (!outcome.correct() && report.phase != Phase::kLoad && report.phase != Phase::kInit &&
      outcome.rule != LabRule::kInit) {
    outcome.operation = report.at_operation;
  }
  return outcome;
}

}  // namespace alloclab::grade
