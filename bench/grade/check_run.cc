#include "bench/grade/check_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "allocator/shadowed.h"
#include "bench/grade/lab_arena.h"
#include "bench/grade/lab_heap.h"
#include "traces/replay/replay.h"

namespace alloclab::grade {
namespace {

// What a call earns towards looking at all blocks, each of which costs 1, and 1 for each
// kBytesPerCredit bytes.
constexpr std::uint64_t kCheckCredit = 256;
constexpr std::uint64_t kLongCheckCredit = 24;
constexpr std::uint64_t kLongOperations = 20'000;
constexpr std::uint64_t kBytesPerCredit = 64;

LabRule RuleOf(Rule rule) {
  switch (rule) {
    case Rule::kAlignment:
      return LabRule::kAlignment;
    case Rule::kOverlap:
      return LabRule::kOverlap;
    case Rule::kContents:
      return LabRule::kContents;
    case Rule::kZeroed:
      return LabRule::kZeroed;
    case Rule::kBounds:
      return LabRule::kHeap;
    default:
      return LabRule::kHarness;  // its books are about what was asked for, and cannot be wrong
  }
}

template <std::size_t kPromise>
class CheckedRun {
 public:
  using Heap = LabHeap<kPromise>;
  using Checker = Shadowed<Heap>;

  CheckedRun(const LabFunctions& functions, RunReport& report)
      : report_(report), checker_(functions, report) {
    heap().AskBeforeRealloc([this] { return checker_.violation() != nullptr; });
  }

  void Run(const ProgramImage& image, void** slots) {
    const auto operations = static_cast<std::uint64_t>(image.end() - image.begin());
    credit_per_call_ = operations > kLongOperations ? kLongCheckCredit : kCheckCredit;
    for (std::uint64_t number = 0; number < operations; ++number) {
      static_cast<volatile std::uint64_t&>(report_.at_operation) = number;
      heap().NextOperation();
      const Op* op = image.begin() + number;
      const bool refused = Replay<Checker, Touch::kNone>(checker_, op, op + 1, slots) != 0;
      if (!Judge(refused, op + 1 == image.end_of_program() || op + 1 == image.end())) return;
      if (op + 1 == image.end_of_program()) NotePeaks(image);
    }
  }

 private:
  Heap& heap() { return checker_.inner(); }

  void NotePeaks(const ProgramImage& image) {
    report_.result.live_bytes_peak = image.header().live_bytes_peak;
    report_.result.heap_bytes_peak = LabArena::bytes_peak();
  }

  // False when a rule was broken by the last call; `all`: everything is to be looked at now.
  bool Judge(bool refused, bool all) {
    if (!heap().outside().empty()) return Break(LabRule::kHeap, heap().outside());
    if (const Violation* violation = checker_.violation()) return Break(*violation);
    if (refused) {
      return Break(LabRule::kRefused, fmt::format("the call gave null, with {} bytes in the heap",
                                                  LabArena::end() - LabArena::begin()));
    }
    credit_ += credit_per_call_;
    if (!all && credit_ < checker_.live_blocks() + checker_.live_bytes() / kBytesPerCredit) {
      return true;
    }
    credit_ = 0;
    if (const Violation* violation = checker_.Check()) return Break(*violation);
    const std::optional<std::size_t> stray = LabArena::StrayWrite();
    if (!stray) return true;
    return Break(LabRule::kHeap,
                 fmt::format("byte {} behind the end of the heap was written to: it belongs to "
                             "nobody until mem_sbrk gives it out",
                             *stray));
  }

  bool Break(const Violation& violation) {
    if (violation.rule == Rule::kContents && heap().ResizedWhole(violation.address)) {
      return Break(LabRule::kRealloc,
                   "realloc did not keep what was in the block: " + violation.text);
    }
    std::string text = violation.text;
    // The book's solutions keep to 8, and newer labs ask for 16.
    if (violation.rule == Rule::kAlignment && violation.address != nullptr &&
        reinterpret_cast<std::uintptr_t>(violation.address) % 8 == 0) {
      text += ", but to 8: where the lab asks for no more, grade with --alignment 8";
    }
    return Break(RuleOf(violation.rule), text);
  }
  bool Break(LabRule rule, const std::string& text) {
    RunResult& result = report_.result;
    result.rule = rule;
    const std::size_t bytes = std::min(text.size(), sizeof(result.text) - 1);
    std::copy_n(text.data(), bytes, result.text);
    return false;
  }

  RunReport& report_;
  Checker checker_;
  std::uint64_t credit_ = 0;
  std::uint64_t credit_per_call_ = kCheckCredit;
};

template <std::size_t kPromise>
void Run(const LabFunctions& functions, const ProgramImage& image, void** slots,
         RunReport& report) {
  // Not destroyed: it may have been written over.
  auto& run = *new CheckedRun<kPromise>(functions, report);
  run.Run(image, slots);
}

}  // namespace

void RunChecked(const LabFunctions& functions, const ProgramImage& image, void** slots,
                std::size_t alignment, RunReport& report) {
  report.phase = Phase::kInit;
  const bool ready = functions.Init();
  report.phase = Phase::kHarness;
  if (!ready) {
    report.result.rule = LabRule::kInit;
    return;
  }
  if (alignment == 8) {
    Run<8>(functions, image, slots, report);
  } else {
    Run<16>(functions, image, slots, report);
  }
}

}  // namespace alloclab::grade
