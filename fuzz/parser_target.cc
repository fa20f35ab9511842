// The rest of the trace parser's target (traces/parser_fuzz.cc): its inputs are traces themselves,
// so there is nothing to translate. Nearly every change to an archive spoils a checksum, and a
// reader that refuses it there has shown nothing: most mutants are sealed anew.

#include <fmt/format.h>

#include <cstdio>

#include "fuzz/target.h"
#include "traces/archive_seal.h"

// libFuzzer's own mutations; not there where another engine drives the target.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                      std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  constexpr unsigned kOneInIsLeftBroken = 8;
  const std::size_t mutated = LLVMFuzzerMutate(data, size, max_size);
  if (seed % kOneInIsLeftBroken != 0) alloclab::SealArchive({data, mutated});
  return mutated;
}

namespace alloclab {

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  fmt::print(stderr, "the trace parser, on {} bytes: {}\n", input.size(), how);
}

}  // namespace alloclab
