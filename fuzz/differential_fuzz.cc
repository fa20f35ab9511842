// One program through all allocators and the system's: each must keep the contract, and all must
// answer alike. Under a sanitizer, whose malloc answers in its own way, without the system's.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "allocator/variants.h"
#include "fuzz/differential.h"
#include "fuzz/finding.h"
#include "fuzz/isolated.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCLAB_FUZZ_SYSTEM_IS_SANITIZED
#endif
#endif
#ifdef ALLOCLAB_FUZZ_SYSTEM_IS_SANITIZED
constexpr bool kWithSystem = false;
#else
constexpr bool kWithSystem = true;
#endif

Answers AnswersOfVariant(std::string_view name, const FuzzProgram& program) {
  Answers answers;
  Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
    if constexpr (kWalkable<A> || kWithSystem) answers = AnswersOf<A>(name, program);
  });
  return answers;
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  const FuzzProgram program = WhereAllAgree(DecodeFuzzProgram(input));
  for (const std::string_view name : Variants::kNames) {
    const std::string verdict = RunIsolated([&] {
      AnswersOfVariant(name, program);
      return std::string();
    });
    if (!verdict.empty()) return ReportFinding(program, name, verdict, how);
  }
  ReportFinding(program, "all", "crash", how);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace alloclab;
  const FuzzProgram program = WhereAllAgree(DecodeFuzzProgram({data, size}));
  std::vector<Answers> all;
  for (const std::string_view name : Variants::kNames) {
    Answers answers = AnswersOfVariant(name, program);
    if (answers.violation) {
      ReportFinding(program, name, RuleName(answers.violation->rule), answers.violation->text);
      std::abort();
    }
    if (!answers.allocator.empty()) all.push_back(std::move(answers));
  }
  const std::string part = WhereTheyPart(program, all);
  if (!part.empty()) {
    ReportFinding(program, "all", "differ", part);
    std::abort();
  }
  return 0;
}
