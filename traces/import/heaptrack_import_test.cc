// What is known of heaptrack's recordings (heaptrack.h).

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "traces/import/import_cases.h"

namespace alloclab {
namespace {

const Answer kAnswers[] = {
    {"heaptrack/small", "0 = malloc 24\n1 = malloc 72704\nfree 0\nfree 1\n2 = malloc 8\n",
     "1 frees of blocks whose allocation was not seen were left out; 1 allocations at the address "
     "of a live block, which was freed first.",
     ""},
    {"heaptrack/arguments_of_several_lines", "0 = malloc 8\n", "", ""},
};

const Fact kFacts[] = {
    {"heaptrack/small", "program", "/usr/bin/my program"},
    {"heaptrack/small", "arguments", "./my program --flag"},
    {"heaptrack/arguments_of_several_lines", "arguments", "python3 -c import os\na = 1\n- x\n"},
    {"heaptrack/small", "recorder", "heaptrack 1.4.0"},
};

const Mistake kMistakes[] = {
    {"heaptrack", "+ 8 1 10\n",
     "case:1: expected \"v\" and the versions as the first line; record with heaptrack --raw"},
    {"heaptrack", "v 10400 2\n",
     "case:1: version 2 of the format, and only 3 is known; record again with a heaptrack "
     "that writes it (1.4 does), --raw"},
    {"heaptrack", "v 10400 3\n+ 8 1\n",
     "case:2: expected a pointer, a hexadecimal number of up to 64 bits, found the end of the "
     "line; "
     "correct or remove the line"},
    {"heaptrack", "v 10400 3\na 8 1\n",
     "case:2: this is heaptrack's interpreted form, which no longer says which block is freed; "
     "record with heaptrack --raw"},
    {"heaptrack", "v 10400 3\nq 8\n",
     "case:2: expected one of +, -, t, m, c, R, I, S, A, x, X, found \"q\"; correct or remove the "
     "line"},
    {"heaptrack", "v 10400 3\nX a\n+ 8 1 10\n",
     "case:4: the line about the machine (I) that ends the command line (X) is missing; record "
     "again"},
    {"heaptrack", "v 10400 3\nX a\n" + std::string(4096, 'b') + "\n",
     "case:3: the line about the machine (I) that ends the command line (X) is missing; record "
     "again"},
};

std::string HeaptrackLine(const Call& call) {
  if (call.event.kind == EventKind::kFree) return fmt::format("- {:x}\n", call.before);
  return fmt::format("t 1 0\n+ {:x} 1 {:x}\n", call.event.size, call.after);
}

}  // namespace

FormatCases HeaptrackCases() {
  using enum EventKind;
  return {.format = "heaptrack",
          .answers = kAnswers,
          .facts = kFacts,
          .mistakes = {std::begin(kMistakes), std::end(kMistakes)},
          .begin = "v 10400 3\n",
          .encode = HeaptrackLine,
          .tool = {.kinds = {kMalloc, kFree}, .failures = false}};
}

}  // namespace alloclab
