#include "fuzz/finding.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

namespace alloclab {
namespace {

std::string& Prefix() {
  static std::string& prefix = *new std::string;
  return prefix;
}

std::string CaseName(std::string_view rule, std::string_view text) {
  std::string name(rule);
  std::replace(name.begin(), name.end(), ' ', '-');
  return fmt::format("{}crash-{}-{:016x}.txt", Prefix(), name, XXH64(text.data(), text.size(), 0));
}

}  // namespace

void SetArtifactPrefix(std::string prefix) { Prefix() = std::move(prefix); }
const std::string& ArtifactPrefix() { return Prefix(); }

void ReportFinding(const FuzzProgram& program, std::string_view allocator, std::string_view rule,
                   std::string_view sentence) {
  // The name depends on the calls alone: the verdict has addresses in it.
  const std::string path = CaseName(rule, TraceText(program, allocator, ""));
  const std::string text = TraceText(program, allocator, fmt::format("{}: {}", rule, sentence));
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  const bool written = file.good();
  fmt::print(stderr, "\n{}: broken rule: {}\n  {}\n\n{}\n", allocator, rule, sentence, text);
  if (written) {
    fmt::print(stderr, "case: {}\nreplay: tools/alloclab replay {} --allocator {} --check\n", path,
               path, allocator);
  } else {
    fmt::print(stderr,
               "case: {} could not be written; save the text above as a file to replay it\n", path);
  }
  std::fflush(stderr);
}

}  // namespace alloclab
