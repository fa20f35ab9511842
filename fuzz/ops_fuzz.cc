// The fuzz target of every variant and plan: any bytes are programs of calls, run under the
// checker. Compiled once for each, with ALLOCLAB_FUZZ_VARIANT the class template,
// ALLOCLAB_FUZZ_NAME its name and ALLOCLAB_FUZZ_PLAN a class of plan.h.

#include <cstdlib>
#include <string>
#include <string_view>

#include "allocator/variants.h"
#include "fuzz/finding.h"
#include "fuzz/plan.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

using Variant = ALLOCLAB_FUZZ_VARIANT<CheckedPages>;
using Plan = ALLOCLAB_FUZZ_PLAN;
static_assert(kWalkable<Variant>, "what cannot be seen into is not fuzzed over an arena");
constexpr std::string_view kName = ALLOCLAB_FUZZ_NAME;

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  const FuzzFinding finding = FindDeath<Variant, Plan>(input, std::string(how));
  ReportFinding(finding.program, kName, finding.rule, finding.sentence);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto finding = alloclab::RunFuzzInput<alloclab::Variant, alloclab::Plan>({data, size});
  if (finding) {
    alloclab::ReportFinding(finding->program, alloclab::kName, finding->rule, finding->sentence);
    std::abort();
  }
  return 0;
}
