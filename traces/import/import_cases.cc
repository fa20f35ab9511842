#include "traces/import/import_cases.h"

#include "traces/sample_events.h"

namespace alloclab {

std::vector<FormatCases> AllFormatCases() {
  return {AndroidCases(), RepCases(), HeaptrackCases(), MtraceCases(), DjCases()};
}

std::vector<Answer> AllAnswers() {
  std::vector<Answer> answers;
  for (const FormatCases& cases : AllFormatCases()) {
    answers.insert(answers.end(), cases.answers.begin(), cases.answers.end());
  }
  return answers;
}

std::string Seed(const std::string& name) { return FileBytes("fuzz/import/" + name); }

}  // namespace alloclab
