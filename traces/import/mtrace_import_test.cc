// What is known of glibc's mtrace logs (glibc_mtrace.h).

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "traces/import/import_cases.h"

namespace alloclab {
namespace {

const Answer kAnswers[] = {
    {"mtrace/small",
     "0 = malloc 10\n1 = malloc 15\n2 = realloc 0 1000\nfree 2\nfailed malloc 9223372036854775807\n"
     "failed realloc 1 9223372036854775807\n3 = malloc 0\n"
     "failed realloc null 9223372036854775807\n",
     "1 frees of blocks whose allocation was not seen were left out.", ""},
    {"mtrace/half_a_realloc", "", "",
     "mtrace/half_a_realloc: ends inside a realloc, so it was cut; its old block stays as it was"},
};

const Mistake kMistakes[] = {
    {"mtrace", "= Stark\n", "case:1: expected \"= Start\" as the first line; trace again"},
    {"mtrace", "= Start\n* 0x1\n",
     "case:2: expected one of +, -, <, >, !, found \"*\"; correct or remove the line"},
    {"mtrace", "= Start\n@ a - 0x1\n",
     "case:2: expected a place that ends in \"]\", found \"@ a - 0x1\"; correct or remove the "
     "line"},
    {"mtrace", "= Start\n< 0x1\n- 0x1\n",
     "case:3: expected \">\", the other half of the realloc before, found \"-\"; correct or remove "
     "the line"},
    {"mtrace", "= Start\n> 0x1 0x2\n",
     "case:2: expected \"<\", the first half of a realloc, on the line before, found \">\"; "
     "correct "
     "or remove the line"},
};

std::string MtraceLine(const Call& call) {
  const auto [before, after] = std::pair(call.before, call.after);
  const std::uint64_t size = call.event.size;
  if (call.event.kind == EventKind::kFree) return fmt::format("@ a:[0x1] - {:#x}\n", before);
  if (call.event.kind == EventKind::kMalloc && after == 0)
    return fmt::format("+ (nil) {:#x}\n", size);
  if (call.event.kind == EventKind::kMalloc) return fmt::format("+ {:#x} {:#x}\n", after, size);
  if (after == 0) return fmt::format("@ a b:[0x1] ! {:#x} {:#x}\n", before, size);
  return fmt::format("@ [0x1] < {:#x}\n@ [0x1] > {:#x} {:#x}\n", before, after, size);
}

}  // namespace

FormatCases MtraceCases() {
  using enum EventKind;
  return {.format = "mtrace",
          .answers = kAnswers,
          .mistakes = {std::begin(kMistakes), std::end(kMistakes)},
          .begin = "= Start\n",
          .encode = MtraceLine,
          .tool = {.kinds = {kMalloc, kFree, kRealloc}}};
}

}  // namespace alloclab
