// What is known of malloc lab's .rep files (rep.h).

#include <iterator>
#include <string>

#include "traces/import/import_cases.h"

namespace alloclab {
namespace {

const Answer kAnswers[] = {
    {"rep/classic",
     "0 = malloc 512\n1 = malloc 128\n2 = realloc 0 640\n3 = malloc 128\nfree 1\n"
     "4 = realloc 2 768\nfree 4\nfree 3\n",
     "", ""},
    {"rep/flags",
     "0 = malloc 24\n1 = realloc null 48\nfree null\nrealloc 0 0\nfree 1\n2 = malloc 8\n", "", ""},
    {"rep/peak", "0 = realloc null 0\nfree 0\n1 = malloc 5\nfree 1\n",
     "1 allocations at the address of a live block, which was freed first.", ""},
    {"rep/cut_and_double_free", "0 = malloc 8\n",
     "1 frees of blocks whose allocation was not seen were left out.",
     "rep/cut_and_double_free: ends after 2 of the 9 requests that its header promises, so it was "
     "cut"},
};

const Fact kFacts[] = {
    {"rep/classic", "rep_header", "20000 3 8 1"},
    {"rep/classic", "recorder", "CMU malloc lab, classic .rep"},
    {"rep/flags", "recorder", "CMU malloc lab, flags .rep"},
    {"rep/peak", "recorder", "CMU malloc lab, peak .rep"},
};

const Mistake kMistakes[] = {
    {"rep", "1\n2\n",
     "case:3: the file ends after 2 of the 4 numbers of its header; add the others"},
    {"rep", "1\n2\nx\n",
     "case:3: expected a number of the header, a number up to 18446744073709551615, found \"x\"; "
     "correct or remove the line"},
    {"rep", "1 2 3 4 5\n",
     "case:1: expected the end of the line, found \"5\"; correct or remove the line"},
    {"rep", "1\n2\n3\n4\na 2 8\n",
     "case:5: id 2 is not below 2, the number of ids in the header; correct one of them"},
    {"rep", "1\n2\n1\n4\na 0 8\nf 0\n",
     "case:6: this is one request more than the 1 that the header promises; correct the third "
     "number or remove the line"},
    {"rep", "1\n2\n1\n4\nc 0 8\n",
     "case:5: expected one of a, r, f, found \"c\"; correct or remove the line"},
    {"rep", "1\n2\n1\n4\na -1 8\n",
     "case:5: expected an id, a number up to 18446744073709551614, found \"-1\"; correct or remove "
     "the line"},
};

}  // namespace

FormatCases RepCases() {
  return {.format = "rep",
          .answers = kAnswers,
          .facts = kFacts,
          .mistakes = {std::begin(kMistakes), std::end(kMistakes)}};
}

}  // namespace alloclab
