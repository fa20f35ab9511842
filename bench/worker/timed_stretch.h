// One measured stretch of a process: what its clocks, and the system's counters, say before and
// after.

#ifndef ALLOCLAB_BENCH_WORKER_TIMED_STRETCH_H_
#define ALLOCLAB_BENCH_WORKER_TIMED_STRETCH_H_

#include <sys/resource.h>
#include <time.h>

#include <cstdint>

#include "traces/replay/schedule.h"

namespace alloclab {

// Calls run() and notes in `report` the time it took, of all threads and as it went by (cpu_ns,
// elapsed_ns), and what the system did meanwhile (faults, switches). The processor time is the
// innermost pair.
template <class Report, class Run>
void Time(Report& report, Run&& run) {
  rusage before = {}, after = {};
  getrusage(RUSAGE_SELF, &before);
  const std::uint64_t start = ClockNs(CLOCK_MONOTONIC);
  const std::uint64_t cpu_start = ClockNs(CLOCK_PROCESS_CPUTIME_ID);
  run();
  report.cpu_ns = ClockNs(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
  report.elapsed_ns = ClockNs(CLOCK_MONOTONIC) - start;
  getrusage(RUSAGE_SELF, &after);
  const auto grown = [](long from, long to) { return static_cast<std::uint64_t>(to - from); };
  report.faults =
      grown(before.ru_minflt, after.ru_minflt) + grown(before.ru_majflt, after.ru_majflt);
  report.switches =
      grown(before.ru_nvcsw, after.ru_nvcsw) + grown(before.ru_nivcsw, after.ru_nivcsw);
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_TIMED_STRETCH_H_
