// Planted bugs, linked into a program: each is an allocator with one bug, known by the name of its
// file, on which a trace can be run.

#ifndef ALLOCLAB_FUZZ_PLANTED_PLANTED_H_
#define ALLOCLAB_FUZZ_PLANTED_PLANTED_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traces/event.h"

namespace alloclab {
class Scheduler;
class Strategy;
}  // namespace alloclab

namespace alloclab::planted {

inline constexpr std::size_t kMaxArenaBytes = std::size_t{1} << 20;

// Said by a bug's own code: that the changed code ran, and that it did something else than the code
// it replaced.
void Reached();
void Triggered(bool really = true);

// How often each was said.
struct Trail {
  std::uint64_t reached = 0;
  std::uint64_t triggered = 0;
};
// Where it is counted from now on.
void LeaveTrailIn(Trail* trail);

struct Outcome {
  std::string rule = {};  // the broken one; empty: none
  std::uint64_t event = 0;
  std::string text = {};
};

// Runs events over an arena of so many bytes, at most kMaxArenaBytes. `fast`: as a fuzz target
// does, with fewer checks.
using RunFunction = Outcome (*)(std::span<const Event> events, std::size_t arena_bytes, bool fast);

// The same, as threads under a strategy. The rule may be "deadlock", "livelock" or "lock".
using RunThreadedFunction = Outcome (*)(std::span<const Event> events, std::size_t arena_bytes,
                                        Scheduler& scheduler, Strategy& strategy);

// From now on nothing sees this rule broken; false: there is no such rule.
using WithoutRuleFunction = bool (*)(std::string_view rule);

struct PlantedBug {
  std::string_view name;             // path of its file
  RunFunction run;                   // null for a bug of `target: schedule`
  RunThreadedFunction run_threaded;  // null for the others
  WithoutRuleFunction without_rule;

  bool is_threaded() const { return run_threaded != nullptr; }
};

// All that are linked, by name.
std::vector<PlantedBug> AllPlantedBugs();

class Registration {
 public:
  Registration(std::string_view name, RunFunction run, WithoutRuleFunction without_rule);
  Registration(std::string_view name, RunThreadedFunction run, WithoutRuleFunction without_rule);
};

}  // namespace alloclab::planted

#endif  // ALLOCLAB_FUZZ_PLANTED_PLANTED_H_
