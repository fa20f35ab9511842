// The counts of a comparison: puts them into the record that RunCompare returned.

#ifndef ALLOCLAB_BENCH_DETERMINISTIC_COUNT_RECORD_H_
#define ALLOCLAB_BENCH_DETERMINISTIC_COUNT_RECORD_H_

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "bench/deterministic/counter.h"
#include "bench/process/progress.h"

namespace alloclab {

struct CountRecordOptions {
  CounterOptions counter;
  std::uint64_t events = kCountedEvents;  // the first of each trace; 0: all
  Progress::Show progress;                // may be empty
  std::function<bool()> interrupted;      // asked between runs; may be empty
};

// Counts every cell that has not failed, two at a time, and the floor of every trace. A cell gets
// "counts", its provenance "counts_events", "counts_caches" and "counts_valgrind" (README.md in
// this folder says what is in them). What an interruption left out has no counts. Throws
// CompareError when there is no valgrind.
void AddCounts(nlohmann::ordered_json& record, const CountRecordOptions& options);

// One cell's counts, per operation, and the floor's beside them; or the reason why there are none.
nlohmann::ordered_json CountsRecord(const CountOutcome& own, const CountOutcome& floor);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_DETERMINISTIC_COUNT_RECORD_H_
