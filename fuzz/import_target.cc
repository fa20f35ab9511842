// The targets of the importers: one source, a target for each format (targets.bzl). Their inputs
// are recordings themselves, so there is nothing to translate.

#include <fmt/core.h>

#include <cstdio>

#include "fuzz/target.h"
#include "traces/import/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  alloclab::CheckImport(ALLOCLAB_FUZZ_FORMAT,
                        std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}

namespace alloclab {

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  fmt::print(stderr, "the importer of \"{}\", on {} bytes: {}\n", ALLOCLAB_FUZZ_FORMAT,
             input.size(), how);
}

}  // namespace alloclab
