#include "bench/workloads/team.h"

namespace alloclab::workloads {

void* Team::Wait(void* argument) {
  Team& team = *static_cast<Team*>(argument);
  Member& member = team.stage_.members[team.next_.fetch_add(1, std::memory_order_relaxed)];
  team.running_.fetch_add(1, std::memory_order_acq_rel);
  team.running_.notify_one();
  team.begun_.wait(0, std::memory_order_acquire);
  team.work_(member);
  if (team.running_.fetch_sub(1, std::memory_order_acq_rel) == 1) team.running_.notify_one();
  // Not to its end: what an allocator does then would be part of the run of whoever is last.
  for (;;) pause();
}

int Team::Start() {
  int error = 0;
  std::uint32_t started = 0;
  for (; started + 1 < stage_.threads; ++started) {
    pthread_t thread;
    error = StartThread(thread, &Wait, this);
    if (error != 0) break;
  }
  // All are at the gate before it opens.
  for (std::uint32_t there; (there = running_.load(std::memory_order_acquire)) != started;) {
    running_.wait(there, std::memory_order_acquire);
  }
  return error;
}

void Team::Run() {
  begun_.store(1, std::memory_order_release);
  begun_.notify_all();
  work_(stage_.members[0]);
  for (std::uint32_t left; (left = running_.load(std::memory_order_acquire)) != 0;) {
    running_.wait(left, std::memory_order_acquire);
  }
}

}  // namespace alloclab::workloads
