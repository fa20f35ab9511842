// The tables that a record of allocators on traces makes, each for one of the record's two tables.

#ifndef ALLOCLAB_BENCH_PUBLISH_TRACE_TABLES_H_
#define ALLOCLAB_BENCH_PUBLISH_TRACE_TABLES_H_

#include <string_view>
#include <vector>

#include "bench/publish/judged_mean.h"
#include "bench/publish/published_table.h"
#include "bench/publish/trace_results.h"

namespace alloclab::publish {

// A line for each allocator: its means over the traces, and on how many it stands where.
PublishedTable SummaryTable(const TraceResults& results, std::string_view table);

// Processor time of each allocator on each trace.
PublishedTable SpeedTable(const TraceResults& results, std::string_view table);

// Johnstone and Wilson's four ratios of held over live ("The Memory Fragmentation Problem:
// Solved?", 1998), of each allocator on each trace, and their geometric means.
PublishedTable JohnstoneTable(const TraceResults& results, std::string_view table);

// What Robson's attacks made each allocator hold, beside what theory says. No rows where the record
// has none of these traces.
PublishedTable RobsonTable(const TraceResults& results, std::string_view table);

// Utilisation and throughput in one figure, as malloc labs grade (bench/grade/score.h).
PublishedTable ScoreTable(const TraceResults& results, std::string_view table);

// How long single calls took. No rows where threads ran.
PublishedTable LatencyTable(const TraceResults& results, std::string_view table);

// The failed cells of both tables, and why.
PublishedTable FailureTable(const TraceResults& results);

// All of them that have a row, table by table.
std::vector<PublishedTable> TraceTables(const TraceResults& results);

// The cells of an allocator that have a ratio, with what it takes to judge a mean of them.
std::vector<JudgedCell> JudgedCells(const TraceResults& results, std::string_view table,
                                    std::string_view allocator);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_TRACE_TABLES_H_
