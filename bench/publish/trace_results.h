// A record of allocators on traces, as tables are made of it.

#ifndef ALLOCLAB_BENCH_PUBLISH_TRACE_RESULTS_H_
#define ALLOCLAB_BENCH_PUBLISH_TRACE_RESULTS_H_

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/publish/judged_mean.h"
#include "bench/publish/published_table.h"

namespace alloclab::publish {

struct TraceFacts {
  std::string name;
  std::uint64_t operations = 0;
  std::uint64_t live_bytes_peak = 0;
  bool shortened = false;
  std::string generator;                            // empty where none is known
  std::map<std::string, std::uint64_t> parameters;  // of it
};

// How long single calls of one kind took, in nanoseconds.
struct CallTimes {
  std::string kind;
  std::uint64_t calls = 0;
  double p50_ns = 0, p99_ns = 0, p999_ns = 0, max_ns = 0;
};

struct TraceCell {
  std::string table, trace, allocator;
  std::string reason;  // why it failed; then there is nothing more
  bool failed = false;
  std::size_t blocks = 0;
  double ns_per_op = 0;
  std::optional<double> loop_share;   // of it, what the replay loop takes alone
  std::optional<double> floor_share;  // and the loop with the touching of blocks
  std::optional<Judged> ratio;
  std::string standing;
  bool leads = false;
  // Johnstone and Wilson's #1 to #4. The third is 0 where nothing was live when most was held.
  double held_over_live[4] = {};
  // Where less seems to be held than is live, what was held is not known, and this says why. Empty:
  // it is known.
  std::string held_doubt;
  std::uint64_t held_bytes_peak = 0, resident_bytes_peak = 0;
  std::vector<CallTimes> latency;
  double distortion = 0;
  std::optional<double> resolution_ns;  // the steps of the clock, where they were measured

  bool held_known() const { return held_doubt.empty(); }
};

struct TraceResults {
  std::string provenance;  // as sentences
  bool shortened = false;  // whether any trace is
  std::vector<TraceFacts> traces;
  std::vector<TraceCell> cells;
  // In the order of the record, for each table that has any.
  std::map<std::string, std::vector<std::string>, std::less<>> allocators;
  // The noise of a trace in a table, as a ratio.
  std::map<std::pair<std::string, std::string>, double> noise;

  const TraceCell* Find(std::string_view table, std::string_view trace,
                        std::string_view allocator) const;
  // Those of an allocator, in the order of the traces.
  std::vector<const TraceCell*> CellsOf(std::string_view table, std::string_view allocator) const;
};

// The tables, and what people call them: they are never mixed.
inline constexpr std::string_view kTables[] = {"in_process", "preload"};
std::string_view TableTitle(std::string_view table);

// Throws PublishError.
TraceResults ReadTraceResults(const nlohmann::ordered_json& record);

// "failed: bump on redis: killed by ..." for each failed cell of a table.
std::vector<std::string> FailedCells(const TraceResults& results, std::string_view table);

// Whether all that did not fail there have what a mean of it needs: ratios of held over live that
// are known and not 0; resident memory that is not 0. Means are over such traces alone: otherwise
// they would be over other traces for one allocator than for the next.
bool HasHeldOverLive(const TraceResults& results, std::string_view table, std::string_view trace);
bool HasResident(const TraceResults& results, std::string_view table, std::string_view trace);

// "not known: what system held on redis ..." for each cell of which that is not known.
std::vector<std::string> CellsOfUnknownHeld(const TraceResults& results, std::string_view table);

// Those, and the other cells that keep their trace from means of what is held, each as a sentence
// that says so.
std::vector<std::string> TracesWithoutHeldMean(const TraceResults& results, std::string_view table);

// Likewise of resident memory.
std::vector<std::string> TracesWithoutResidentMean(const TraceResults& results,
                                                   std::string_view table);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_TRACE_RESULTS_H_
