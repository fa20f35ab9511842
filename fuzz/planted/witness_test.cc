// Every planted bug is shown by its witness: the changed code runs, does something else, and the
// declared verdict fires; and the same calls break no rule on the allocator as it is shipped.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "allocator/variants.h"
#include "fuzz/planted/bug_file.h"
#include "fuzz/planted/planted.h"
#include "traces/checked/checked.h"
#include "traces/open_trace.h"

namespace alloclab::planted {
namespace {

constexpr unsigned kTimeoutSeconds = 10;

Bug ReadBug(std::string_view name) {
  std::ifstream file{std::string(name)};
  return ParseBug(std::string(name),
                  {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

struct Witness {
  std::vector<Event> events;
  std::size_t arena_bytes = 0;
};

Witness ReadWitness(const Bug& bug) {
  const auto reader = OpenTraceBytes("witness.txt", bug.witness);
  Witness witness;
  witness.arena_bytes = std::stoul(FindMetadata(reader->metadata(), "arena"));
  std::vector<Event> batch;
  while (reader->Next(batch)) {
    witness.events.insert(witness.events.end(), batch.begin(), batch.end());
  }
  return witness;
}

struct Seen {
  std::string verdict;
  Trail trail;
};

// Runs the witness in a process of its own, which a bug may crash or never let end.
Seen RunPlanted(const PlantedBug& planted, const Witness& witness) {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) signal(number, SIG_DFL);
    alarm(kTimeoutSeconds);
    const Outcome outcome = planted.run(witness.events, witness.arena_bytes);
    [[maybe_unused]] const ssize_t wrote =
        write(pipe_ends[1], outcome.rule.data(), outcome.rule.size());
    _exit(0);
  }
  close(pipe_ends[1]);
  Seen seen;
  char buffer[256];
  for (ssize_t got = 0; (got = read(pipe_ends[0], buffer, sizeof(buffer))) > 0;) {
    seen.verdict.append(buffer, static_cast<std::size_t>(got));
  }
  close(pipe_ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) seen.verdict = WTERMSIG(status) == SIGALRM ? "time-out" : "crash";
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) seen.verdict = "crash";
  return seen;
}

class WitnessTest : public testing::TestWithParam<PlantedBug> {};

TEST_P(WitnessTest, ShowsTheBug) {
  const Bug bug = ReadBug(GetParam().name);
  const Seen seen = RunPlanted(GetParam(), ReadWitness(bug));
  EXPECT_EQ(seen.verdict, bug.verdict);
}

TEST_P(WitnessTest, ShowsNothingWithoutIt) {
  const Bug bug = ReadBug(GetParam().name);
  const Witness witness = ReadWitness(bug);
  const bool found = Variants::Visit<CheckedPages>(bug.variant, [&]<Allocator A>() {
    Arena arena(witness.arena_bytes);
    const CheckedResult result = ReplayChecked<A>(witness.events, arena, witness.arena_bytes);
    EXPECT_FALSE(result.violation)
        << RuleName(result.violation->rule) << ": " << result.violation->text;
  });
  EXPECT_TRUE(found) << bug.variant;
}

std::string TestName(const testing::TestParamInfo<PlantedBug>& info) {
  std::string name(info.param.name.substr(info.param.name.rfind('/') + 1));
  return name.substr(0, name.find('.'));
}

INSTANTIATE_TEST_SUITE_P(Planted, WitnessTest, testing::ValuesIn(AllPlantedBugs()), TestName);

}  // namespace
}  // namespace alloclab::planted
