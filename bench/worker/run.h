// The passes of a worker, on one allocator.

#ifndef ALLOCLAB_BENCH_WORKER_RUN_H_
#define ALLOCLAB_BENCH_WORKER_RUN_H_

#include <time.h>

#include <cinttypes>
#include <cstdio>
#include <type_traits>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants/system.h"
#include "bench/worker/counted_replay.h"
#include "bench/worker/preloaded_malloc.h"
#include "bench/worker/report.h"
#include "bench/worker/request.h"
#include "bench/worker/timed_stretch.h"
#include "traces/replay/checked_pass.h"
#include "traces/replay/latency_pass.h"
#include "traces/replay/memory_pass.h"
#include "traces/replay/program_image.h"
#include "traces/replay/schedule.h"

namespace alloclab {

// Everything a pass needs, all of it in memory before the pass begins.
struct WorkerSetup {
  const WorkerRequest& request;
  const ProgramImage& image;
  void** slots;
  std::uint64_t* sizes;
  WorkerReport& report;
};

// Repetitions make a run of a quick allocator long enough to measure. One that is a hundred times
// slower would be run a hundred times longer for nothing: past this time no repetition is begun.
inline constexpr std::uint64_t kLongRunNs = 200'000'000;

// Calls once() up to `repetitions` times and returns how often. The clock is read between whole
// programs only; of the two the cheap one is asked first, which runs while the process waits, too.
template <class Once>
std::uint64_t Repeat(std::uint64_t repetitions, Once&& once) {
  const std::uint64_t start = ClockNs(CLOCK_MONOTONIC);
  const std::uint64_t cpu_start = ClockNs(CLOCK_PROCESS_CPUTIME_ID);
  for (std::uint64_t done = 1; done <= repetitions; ++done) {
    once();
    if (ClockNs(CLOCK_MONOTONIC) - start > kLongRunNs &&
        ClockNs(CLOCK_PROCESS_CPUTIME_ID) - cpu_start > kLongRunNs) {
      return done;
    }
  }
  return repetitions;
}

// Ends a pass: a call that gave null makes it a failure, because what was then measured is not the
// program.
inline void Conclude(const WorkerRequest& request, WorkerReport& report, std::uint64_t failures) {
  if (failures == 0) {
    report.succeeded = 1;
    return;
  }
  const int told = std::snprintf(report.reason, sizeof(report.reason),
                                 "ran out of memory: %" PRIu64 " calls were refused in the %s pass",
                                 failures, WorkerPassName(request.pass).data());
  if (request.memory_limit_bytes == 0) return;
  std::snprintf(report.reason + told, sizeof(report.reason) - static_cast<std::size_t>(told),
                ", with a limit of %" PRIu64 " MiB on what the process may hold (--memory-limit)",
                request.memory_limit_bytes >> 20);
}
inline void Conclude(const WorkerSetup& setup, std::uint64_t failures) {
  Conclude(setup.request, setup.report, failures);
}

// One stretch of processor time around all repetitions of once(), which performs the program and
// returns how many calls failed. What the program left to its exit is freed at the end of each,
// timed and counted, so that every repetition begins with an empty heap.
template <class Once>
void RunRepeated(const WorkerSetup& setup, Once&& once) {
  const ProgramImage& image = setup.image;
  std::uint64_t failures = 0;
  std::uint64_t repetitions = 0;
  Time(setup.report,
       [&] { repetitions = Repeat(setup.request.repetitions, [&] { failures += once(); }); });
  setup.report.operations = repetitions * static_cast<std::uint64_t>(image.end() - image.begin());
  Conclude(setup, failures);
}

template <Touch kTouch, Allocator A>
void RunTimed(A& allocator, const WorkerSetup& setup) {
  const ProgramImage& image = setup.image;
  RunRepeated(setup, [&] {
    if constexpr (requires { allocator.Rewind(); }) allocator.Rewind();
    return Replay<A, kTouch>(allocator, image.begin(), image.end(), setup.slots);
  });
}

// As often as the timed pass (unless Repeat ends one of them), so that the two can be held against
// each other.
template <Touch kTouch, Allocator A>
void RunLatency(A& allocator, const WorkerSetup& setup) {
  const ProgramImage& image = setup.image;
  LatencyPass<A, kTouch> pass(allocator, setup.slots, MeasureTicks(), setup.request.draw,
                              setup.report.latency);
  RunRepeated(setup, [&] { return pass.Run(image.begin(), image.end()); });
}

// Once, whatever the repetitions: what is counted does not vary.
template <Touch kTouch, Allocator A>
void RunCounted(A& allocator, const WorkerSetup& setup) {
  const ProgramImage& image = setup.image;
  setup.report.operations = static_cast<std::uint64_t>(image.end() - image.begin());
  Conclude(setup, CountedReplay<A, kTouch>(allocator, image.begin(), image.end(), setup.slots));
}

template <Touch kTouch, Allocator A, HeldSource Held>
void RunMemory(A& allocator, Held& held, const WorkerSetup& setup) {
  WorkerReport& report = setup.report;
  MemoryPass<A, Held, kTouch> pass(allocator, held, setup.slots, setup.sizes,
                                   setup.image.header().slots, report.memory);
  pass.Run(setup.image.begin(), setup.image.end_of_program(), setup.image.end(),
           report.at_operation);
  Conclude(setup, report.memory.failures);
}

template <class A, class Held>
void RunCheckedPass(Shadowed<A>& allocator, Held held, const WorkerSetup& setup) {
  const CheckedResult result =
      RunChecked(allocator, setup.image.begin(), setup.image.end_of_program(), setup.image.end(),
                 setup.slots, held, setup.report.at_operation);
  if (result.violation == nullptr) return Conclude(setup, result.failures);
  std::snprintf(setup.report.reason, sizeof(setup.report.reason),
                "broke the rule \"%s\" at operation %" PRIu64 ": %s",
                RuleName(result.violation->rule).data(), setup.report.at_operation,
                result.violation->text.c_str());
}

// A, made over `pages`, in the memory pass: by the best measure of H there is for it.
template <class A, Touch kTouch>
void RunMemoryByBestMeasure(MmapPages& pages, const WorkerSetup& setup) {
  A allocator(pages);
  if (setup.request.held_is_resident || !setup.request.library.empty()) {
    ResidentHeld held;
    RunMemory<kTouch>(allocator, held, setup);
  } else if constexpr (std::is_same_v<A, System<MmapPages>>) {
    Mallinfo2Held held;
    RunMemory<kTouch>(allocator, held, setup);
  } else {
    PagesHeld<MmapPages> held(pages);
    RunMemory<kTouch>(allocator, held, setup);
  }
}

// The requested pass on the variant A.
template <class A>
void RunVariant(const WorkerSetup& setup) {
  MmapPages pages;
  if (setup.request.pass == WorkerPass::kChecked) {
    if (!setup.request.library.empty()) {
      Shadowed<PreloadedMalloc<MmapPages>> allocator(pages);
      return RunCheckedPass(allocator, [] { return std::nullopt; }, setup);
    }
    Shadowed<A> allocator(pages);
    return RunCheckedPass(allocator, [&pages] { return std::optional(pages.BytesHeld()); }, setup);
  }
  VisitTouch(setup.request.touch, [&]<Touch kTouch> {
    if (setup.request.pass == WorkerPass::kMemory) {
      return RunMemoryByBestMeasure<A, kTouch>(pages, setup);
    }
    A allocator(pages);
    if (setup.request.pass == WorkerPass::kLatency) {
      RunLatency<kTouch>(allocator, setup);
    } else if (setup.request.pass == WorkerPass::kCount) {
      RunCounted<kTouch>(allocator, setup);
    } else {
      RunTimed<kTouch>(allocator, setup);
    }
  });
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_RUN_H_
