#include "fuzz/planted/isolated_run.h"

#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "fuzz/isolated.h"

namespace alloclab::planted {
namespace {

// What is seen here though it is left in another process, also in one that crashed.
struct Notes {
  Trail trail;
  std::uint64_t runs = 0;
  // The choices of the last run, as far as there is room, and how many without the usual ones at
  // its end.
  std::array<unsigned, 4096> choices = {};
  std::size_t made = 0;
  std::size_t chosen = 0;
};

class SharedNotes {
 public:
  SharedNotes()
      : memory_(mmap(nullptr, sizeof(Notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                     0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    new (memory_) Notes{};
  }
  ~SharedNotes() { munmap(memory_, sizeof(Notes)); }
  SharedNotes(const SharedNotes&) = delete;
  SharedNotes& operator=(const SharedNotes&) = delete;
  Notes* operator->() const { return static_cast<Notes*>(memory_); }

 private:
  void* memory_;
};

// Writes down what another strategy chooses.
class Noting : public Strategy {
 public:
  Noting(Strategy& strategy, Notes& notes) : strategy_(strategy), notes_(notes) {
    notes_.made = notes_.chosen = 0;
  }
  unsigned Choose(const StepOptions& options) override {
    const unsigned thread = strategy_.Choose(options);
    if (options.steps.size() > 1 && notes_.made < notes_.choices.size()) {
      notes_.choices[notes_.made++] = thread;
      if (thread != options.usual) notes_.chosen = notes_.made;
    }
    return thread;
  }

 private:
  Strategy& strategy_;
  Notes& notes_;
};

}  // namespace

Seen RunIsolated(const PlantedBug& bug, std::span<const Event> events, std::size_t arena_bytes) {
  const SharedNotes notes;
  Seen seen;
  seen.verdict = alloclab::RunIsolated([&] {
    LeaveTrailIn(&notes->trail);
    return bug.run(events, arena_bytes).rule;
  });
  seen.trail = notes->trail;
  return seen;
}

Seen RunIsolated(const PlantedBug& bug, const ThreadedCase& program, const Schedule& schedule) {
  const SharedNotes notes;
  Seen seen;
  seen.verdict = alloclab::RunIsolated([&] {
    LeaveTrailIn(&notes->trail);
    Scheduler scheduler;
    FollowSchedule follow(schedule);
    return bug.run_threaded(program.events, program.arena_bytes, scheduler, follow).rule;
  });
  seen.trail = notes->trail;
  return seen;
}

Search SearchIsolated(const PlantedBug& bug, const ThreadedCase& program,
                      const SearchLimits& limits) {
  const SharedNotes notes;
  Search search;
  search.seen.verdict = alloclab::RunIsolated(
      [&] {
        LeaveTrailIn(&notes->trail);
        const auto found = FindSchedule(
            [&](Scheduler& scheduler, Strategy& strategy) {
              Noting noting(strategy, *notes.operator->());
              return bug.run_threaded(program.events, program.arena_bytes, scheduler, noting).rule;
            },
            limits, notes->runs);
        return found ? found->verdict : "";
      },
      // As many runs as the limits allow take a second, on a machine that has other work too.
      20);
  search.seen.trail = notes->trail;
  search.runs = notes->runs;
  if (!search.seen.verdict.empty()) {
    search.schedule.assign(notes->choices.begin(),
                           notes->choices.begin() + static_cast<std::ptrdiff_t>(notes->chosen));
  }
  return search;
}

}  // namespace alloclab::planted
