#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/grade/score.h"
#include "bench/publish/few_blocks.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

// As `alloclab grade` has it.
constexpr double kWeight = 0.6;
// Fine enough for counts of whole units.
constexpr double kPicosecondsPerNs = 1000;

// Which end of the intervals of all ratios.
enum class End : std::uint8_t { kMedian, kLow, kHigh };

double RatioAt(const Judged& ratio, End end) {
  return end == End::kMedian ? ratio.ratio : end == End::kLow ? ratio.low : ratio.high;
}

// Throws for more than a whole number can hold: half a year.
std::uint64_t WholePicoseconds(double picoseconds, const TraceCell& cell) {
  constexpr double kMost = 1ULL << 62;
  if (picoseconds <= kMost) return static_cast<std::uint64_t>(std::llround(picoseconds));
  throw PublishError("record: the operations of " + cell.trace + " would have taken " +
                     cell.allocator + " months; bench/schema/validate.py says what else is wrong");
}

// A cell as the grader sees a trace: picoseconds take the place of instructions.
grade::TraceGrade GradeOf(const TraceFacts& trace, const TraceCell& cell, const TraceCell& system,
                          End end) {
  grade::TraceGrade graded;
  if (cell.failed) {
    graded.check.rule = grade::LabRule::kCrash;
    return graded;
  }
  graded.check.live_bytes_peak = trace.live_bytes_peak;
  graded.check.heap_bytes_peak = cell.held_known()
                                     ? std::max(cell.held_bytes_peak, trace.live_bytes_peak)
                                     : trace.live_bytes_peak;
  const double reference =
      system.ns_per_op * static_cast<double>(trace.operations) * kPicosecondsPerNs;
  graded.count.counts = {
      .operations = trace.operations,
      .reference = WholePicoseconds(reference, cell),
      .solution = WholePicoseconds(reference * RatioAt(cell.ratio.value(), end), cell)};
  return graded;
}

grade::Score ScoreAt(const TraceResults& results, std::string_view table,
                     std::string_view allocator, End end) {
  std::vector<grade::TraceGrade> grades;
  for (const TraceFacts& trace : results.traces) {
    const TraceCell* const cell = results.Find(table, trace.name, allocator);
    const TraceCell* const system = results.Find(table, trace.name, kBaseline);
    if (cell == nullptr || system == nullptr || system->failed) continue;
    grades.push_back(GradeOf(trace, *cell, *system, end));
  }
  return grade::ScoreOf(grades, kWeight, true);
}

// The cells that T/Tref is made of, each with its share of T: a ratio of sums is nearly all that of
// the trace that takes nearly all the time.
std::vector<JudgedCell> TimedCells(const TraceResults& results, std::string_view table,
                                   std::string_view allocator) {
  std::vector<JudgedCell> cells;
  for (const TraceFacts& trace : results.traces) {
    const TraceCell* const cell = results.Find(table, trace.name, allocator);
    const TraceCell* const system = results.Find(table, trace.name, kBaseline);
    if (cell == nullptr || cell->failed || !cell->ratio || system == nullptr) continue;
    cells.push_back(
        {*cell->ratio, cell->blocks, NoiseAt(results.noise, {cell->table, cell->trace}, allocator),
         system->ns_per_op * cell->ratio->ratio * static_cast<double>(trace.operations)});
  }
  return cells;
}

Row AllocatorRow(const TraceResults& results, std::string_view table,
                 const std::string& allocator) {
  const grade::Score score = ScoreAt(results, table, allocator, End::kMedian);
  // The more time, the less throughput.
  const grade::Score least = ScoreAt(results, table, allocator, End::kHigh);
  const grade::Score most = ScoreAt(results, table, allocator, End::kLow);
  Judged throughput = {score.throughput.value_or(0), least.throughput.value_or(0),
                       most.throughput.value_or(0)};
  const std::vector<JudgedCell> cells = TimedCells(results, table, allocator);
  if (score.correct > 0) throughput = JudgedMean(throughput, cells);
  if (allocator == kBaseline) throughput.resolved = true;
  return {{allocator, std::uint64_t{score.correct}, std::uint64_t{score.traces}, score.utilisation,
           throughput, LeastBlocks(cells),
           Judged{score.points, least.points, most.points, throughput.resolved}},
          false,
          FewBlocksMark(cells)};
}

}  // namespace

PublishedTable ScoreTable(const TraceResults& results, std::string_view table) {
  PublishedTable scores;
  scores.id = fmt::format("score_{}", table);
  scores.caption = fmt::format(
      "Utilisation and throughput in one figure of 100, {}, as malloc labs grade: 100 (w U + (1 - "
      "w) "
      "c min(1, T/Tref)), w = {}. U is the mean over the traces of most live over most held, 0 for "
      "a failed one; T the operations for each second of processor time over all correct traces "
      "together, Tref that of system on the same ones; c the share of traces that are correct. In "
      "brackets: with all ratios to system at the one end of their intervals, and at the other. ?: "
      "T is not resolved against Tref.",
      TableTitle(table), kWeight);
  scores.provenance = results.provenance;
  scores.columns = {{"allocator", "allocator"},
                    {"correct", "correct", Kind::kCount},
                    {"traces", "of", Kind::kCount},
                    {"utilisation", "U", Kind::kFigure, 3},
                    {"throughput_over_system", "T/Tref", Kind::kJudged},
                    {"blocks_least", "least blocks", Kind::kCount},
                    {"points", "points", Kind::kJudged, 1}};
  FewBlocksNote few_blocks;
  if (const auto names = results.allocators.find(table); names != results.allocators.end()) {
    for (const std::string& allocator : names->second) {
      scores.rows.push_back(AllocatorRow(results, table, allocator));
      few_blocks.Add(allocator, TimedCells(results, table, allocator), "trace");
    }
  }
  scores.notes = few_blocks.Sentences();
  for (const TraceFacts& trace : results.traces) {
    const TraceCell* const system = results.Find(table, trace.name, kBaseline);
    if (system != nullptr && system->failed) {
      scores.notes.push_back("left out, because system failed there: " + trace.name);
    }
  }
  for (const std::string& unknown : CellsOfUnknownHeld(results, table)) {
    scores.notes.push_back(unknown + "; counted as all in use");
  }
  return scores;
}

}  // namespace alloclab::publish
