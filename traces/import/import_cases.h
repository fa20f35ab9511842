// What is known of each format, for the tests that all formats go through: seeds and their answers,
// mistakes and their sentences, and how the format writes a call. NAME_import_test.cc says it of
// one.

#ifndef ALLOCLAB_TRACES_IMPORT_IMPORT_CASES_H_
#define ALLOCLAB_TRACES_IMPORT_IMPORT_CASES_H_

#include <span>
#include <string>
#include <vector>

#include "traces/import/made_up_calls.h"

namespace alloclab {

// A seed of fuzz/import, as "android/times", and what it is as a trace.
struct Answer {
  const char* seed;
  const char* lines;  // the events in the text form
  const char* tainted;
  const char* warning;
};

// Metadata of a seed.
struct Fact {
  const char* seed;
  const char* key;
  const char* value;
};

struct Mistake {
  const char* format;  // named when the bytes are opened, where they are called "case"
  std::string bytes;
  const char* sentence;
};

struct FormatCases {
  const char* format;
  std::span<const Answer> answers;
  std::span<const Fact> facts = {};
  std::vector<Mistake> mistakes;
  // How it records made-up programs: a beginning, then what `encode` makes of each call. Null where
  // it is not known.
  std::string begin = {};
  std::string (*encode)(const Call&) = nullptr;
  Tool tool = {};
};

FormatCases AndroidCases();
FormatCases RepCases();
FormatCases HeaptrackCases();
FormatCases MtraceCases();
FormatCases DjCases();
// Of every format that there is.
std::vector<FormatCases> AllFormatCases();
std::vector<Answer> AllAnswers();

// A call as Android writes it, for tests to which any format will do.
std::string AndroidLine(const Call& call);

std::string Seed(const std::string& name);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_IMPORT_CASES_H_
