// The misuse target of every variant (misuse/check.h says what it looks for). Compiled once for
// each, with ALLOCLAB_FUZZ_VARIANT the class template and ALLOCLAB_FUZZ_NAME its name.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "allocator/variants.h"
#include "fuzz/misuse/check.h"
#include "fuzz/misuse/misuse.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

using Variant = ALLOCLAB_FUZZ_VARIANT<CheckedPages>;
constexpr std::string_view kName = ALLOCLAB_FUZZ_NAME;

const MisuseCase* current = nullptr;

// The trace has no event for a misuse, so the case is told in words, and run again from its bytes.
void Report(const MisuseCase& misuse_case, std::string_view rule, std::string_view sentence) {
  fmt::print(stderr, "\n{}: broken rule: {}\n  {}\n  the misuse: {}\n\n{}\n", kName, rule, sentence,
             MisuseText(misuse_case),
             TraceText(misuse_case.program, kName, fmt::format("{}: {}", rule, sentence)));
  std::fflush(stderr);
}

void StoppedWithoutCause(const void*, const char* sentence) {
  Report(*current, "misuse", fmt::format("it stopped in a call that is none: \"{}\"", sentence));
  std::abort();
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  Report(DecodeMisuseCase(input), "crash", how);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static alloclab::Arena& arena = *new alloclab::Arena(alloclab::kMaxArenaBytes);
  const alloclab::MisuseCase misuse_case = alloclab::DecodeMisuseCase({data, size});
  alloclab::current = &misuse_case;
  alloclab::SetStopHandler(alloclab::StoppedWithoutCause);
  const alloclab::MisuseChecked checked =
      alloclab::CheckMisuse<alloclab::Variant>(misuse_case, arena);
  if (checked.finding) {
    alloclab::Report(misuse_case, checked.finding->rule, checked.finding->sentence);
    std::abort();
  }
  return 0;
}
