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
  ReportCase({.subject = allocator,
              .rule = rule,
              .sentence = sentence,
              .text = TraceText(program, allocator, fmt::format("{}: {}", rule, sentence)),
              // The name depends on the calls alone: the verdict has addresses in it.
              .identity = TraceText(program, allocator, ""),
              .replay = "tools/alloclab replay ",
              .replay_end = fmt::format(" --allocator {} --check", allocator)});
}

void ReportCase(const FoundCase& found) {
  const std::string path = CaseName(found.rule, found.identity);
  std::ofstream file(path, std::ios::binary);
  file << found.text << std::flush;
  const bool written = file.good();
  fmt::print(stderr, "\n{}: broken rule: {}\n  {}\n\n{}\n", found.subject, found.rule,
             found.sentence, found.text);
  if (written) {
    fmt::print(stderr, "case: {}\nreplay: {}{}{}\n", path, found.replay, path, found.replay_end);
  } else {
    fmt::print(stderr,
               "case: {} could not be written; save the text above as a file to replay it\n", path);
  }
  std::fflush(stderr);
}

}  // namespace alloclab
