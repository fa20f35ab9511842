// What a target does before libFuzzer takes over: it learns where findings go, and tells what an
// input means that has killed it without a word (ALLOCLAB_FUZZ_EXPLAIN=INPUT), as driver.cc does by
// itself.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/finding.h"
#include "fuzz/target.h"

namespace {

[[noreturn]] void Explain(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    std::fprintf(stderr, "%s: cannot be read; name a fuzz input\n", path);
    std::exit(2);
  }
  alloclab::ReportDeath(input, "the process died");
  std::exit(0);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kOption = "-artifact_prefix=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument.starts_with(kOption)) {
      alloclab::SetArtifactPrefix(std::string(argument.substr(kOption.size())));
    }
  }
  if (const char* path = std::getenv("ALLOCLAB_FUZZ_EXPLAIN")) Explain(path);
  return 0;
}
