// The threads of a run: there before it begins, each with a member of the stage; the first is the
// process's own, so that a run with one thread is a process with one thread, as malloc sees it.

#ifndef ALLOCLAB_BENCH_WORKLOADS_TEAM_H_
#define ALLOCLAB_BENCH_WORKLOADS_TEAM_H_

#include <atomic>
#include <cstdint>

#include "bench/workloads/member.h"

namespace alloclab::workloads {

class Team {
 public:
  // `stage` has its members and outlives the team, which lives as long as the process: its threads
  // are not joined.
  Team(Stage& stage, void (*work)(Member&)) : stage_(stage), work_(work) {}
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Starts all threads but the first. Returns 0, or why one could not be started (StartThread).
  int Start();

  // Every thread does its work once, this one that of the first member. Returns when the last is
  // done.
  void Run();

 private:
  static void* Wait(void* argument);

  Stage& stage_;
  void (*const work_)(Member&);
  std::atomic<std::uint32_t> next_{1};  // the member of the next thread that is there
  std::atomic<std::uint32_t> begun_{0};
  std::atomic<std::uint32_t> running_{0};
};

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_TEAM_H_
