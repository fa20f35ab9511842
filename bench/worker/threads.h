// The timed pass with threads: as many as the trace has, on one allocator.
//
// Our variants are for one thread, and are run behind their lock (Locked); what is compared is then
// mostly the lock, and the table's heading says so.

#ifndef ALLOCLAB_BENCH_WORKER_THREADS_H_
#define ALLOCLAB_BENCH_WORKER_THREADS_H_

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <type_traits>

#include "allocator/locked.h"
#include "allocator/pages/mmap_pages.h"
#include "bench/worker/run.h"
#include "traces/replay/thread_team.h"

namespace alloclab {

// The memory of a team, in place before the pass.
struct TeamMemory {
  void** slots;
  ThreadProgress* progress;
  std::byte* members;  // room for kMemberBytes a thread
};
inline constexpr std::size_t kMemberBytes = 64;

// `limit` bounds the process's memory; it is called when the threads, whose stacks are not the
// allocator's, are there.
template <class A, class Limit>
void RunThreads(const WorkerRequest& request, const ThreadedImage& image, const TeamMemory& memory,
                Limit&& limit, WorkerReport& report) {
  using Shared = std::conditional_t<A::kThreadSafe, A, Locked<A>>;
  using Team = ThreadTeam<Shared, kUsualTouch>;
  static_assert(sizeof(typename Team::Member) <= kMemberBytes);
  MmapPages pages;
  Shared allocator(pages);
  Team team(allocator, image, memory.slots,
            reinterpret_cast<typename Team::Member*>(memory.members), memory.progress,
            Schedule(request.time_scale));
  if (!team.Start()) {
    std::snprintf(report.reason, sizeof(report.reason),
                  "the system gave fewer than the %u threads of the trace; raise ulimit -u, or "
                  "replay it with --mode serial",
                  image.threads());
    return;
  }
  limit();
  std::uint64_t failures = 0;
  const std::span<const Op> tail = image.tail();
  std::uint64_t repetitions = 0;
  Time(report, [&] {
    repetitions = Repeat(request.repetitions, [&] {
      team.Run();
      failures += Replay<Shared, kUsualTouch>(allocator, tail.data(), tail.data() + tail.size(),
                                              memory.slots);
    });
  });
  report.cpu_ns -= std::min(report.cpu_ns, team.pause_cpu_ns());
  report.operations = repetitions * (image.calls() + tail.size());
  Conclude(request, report, failures + team.failures());
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_THREADS_H_
