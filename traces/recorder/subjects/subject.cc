// The program that most tests record; see scenario.h.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "traces/recorder/subjects/scenario.h"

namespace alloclab::subjects {

void Mark(std::size_t bytes) { std::free(Keep(std::malloc(bytes))); }

namespace {

struct Entry {
  std::string_view name;
  int (*run)(const Arguments&);
};

constexpr Entry kScenarios[] = {
    {"single", SingleThread}, {"aligned", AlignedFamily},  {"pass", PassBlocks},
    {"storm", ReallocStorm},  {"many", ManyThreads},       {"late", LateDestructors},
    {"signals", Signals},     {"fork", ForkAndUseBlocks},  {"vfork", VforkAndExec},
    {"exec", ExecChain},      {"quick_exit", QuickExit},   {"kill", KillItself},
    {"fill", FillChunks},     {"wait", WaitForTerm},       {"close", CloseAllFiles},
    {"pauses", Pauses},       {"alone_again", AloneAgain},
};

}  // namespace
}  // namespace alloclab::subjects

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  for (const auto& scenario : alloclab::subjects::kScenarios) {
    if (scenario.name == name) return scenario.run({argv[0], argv[1], argc > 2 ? argv[2] : ""});
  }
  std::fprintf(stderr, "subject: no scenario of this name\n");
  return 2;
}
