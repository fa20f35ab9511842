// The fuzz target of every variant: any bytes are a program of calls, run under the checker.
// Compiled once for each, with ALLOCLAB_FUZZ_VARIANT the class template and ALLOCLAB_FUZZ_NAME its
// name.

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "allocator/variants.h"
#include "fuzz/finding.h"
#include "fuzz/program.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

using Variant = ALLOCLAB_FUZZ_VARIANT<CheckedPages>;
static_assert(kWalkable<Variant>, "what cannot be seen into is not fuzzed over an arena");
constexpr std::string_view kName = ALLOCLAB_FUZZ_NAME;

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  ReportFinding(DecodeFuzzProgram(input), kName, "crash", how);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kOption = "-artifact_prefix=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument.starts_with(kOption)) {
      alloclab::SetArtifactPrefix(std::string(argument.substr(kOption.size())));
    }
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const alloclab::FuzzProgram program = alloclab::DecodeFuzzProgram({data, size});
  const alloclab::CheckedResult result = alloclab::RunFuzzProgram<alloclab::Variant>(program);
  if (result.violation) {
    alloclab::ReportFinding(
        program, alloclab::kName, RuleName(result.violation->rule),
        fmt::format("{} (event {})", result.violation->text, result.violation->operation));
    std::abort();
  }
  return 0;
}
