// The functions of C's malloc, as the libraries for LD_PRELOAD serve them (allocator/preload), on
// any programs: fuzz/preload_abi/replay.h says what is checked, input.h what the bytes mean. With a
// sanitizer the libraries are sanitized too, else they are those that are shipped.
//
// ALLOCLAB_FUZZ_LIBRARIES names the variants, ALLOCLAB_FUZZ_LIBRARY_PREFIX where the libraries are.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/preload_abi/input.h"
#include "fuzz/preload_abi/library.h"
#include "fuzz/preload_abi/replay.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

constexpr std::string_view kVariants[] = {ALLOCLAB_FUZZ_LIBRARIES};
constexpr std::size_t kLibraries = std::size(kVariants);

std::vector<MallocLibrary> LoadAll() {
  std::vector<MallocLibrary> libraries;
  try {
    for (const std::string_view variant : kVariants) {
      libraries.push_back(LoadMallocLibrary(
          BuiltPath(fmt::format("{}libmalloc_{}.so", ALLOCLAB_FUZZ_LIBRARY_PREFIX, variant))));
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "preload_abi_fuzz: {}\n", error.what());
    std::exit(2);
  }
  return libraries;
}

void Report(const AbiCase& abi_case, std::string_view rule, std::string_view sentence) {
  const std::string name = fmt::format("libmalloc_{}.so", kVariants[abi_case.subject]);
  fmt::print(stderr, "\n{}: broken rule: {}\n  {}\n\n{}\n", name, rule, sentence,
             TraceText(abi_case.program, name, fmt::format("{}: {}", rule, sentence)));
  std::fflush(stderr);
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  Report(DecodeAbiCase(input, kLibraries), "crash", how);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& libraries = *new std::vector<alloclab::MallocLibrary>(alloclab::LoadAll());
  const alloclab::AbiCase abi_case = alloclab::DecodeAbiCase({data, size}, alloclab::kLibraries);
  const auto violation =
      alloclab::ReplayOnLibrary(abi_case.program.events, libraries[abi_case.subject]);
  if (violation) {
    alloclab::Report(abi_case, alloclab::RuleName(violation->rule),
                     fmt::format("{} (event {})", violation->text, violation->operation));
    std::abort();
  }
  return 0;
}
