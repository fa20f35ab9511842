// What a gate found, as text and as JSON.

#ifndef ALLOCLAB_BENCH_GATE_REPORT_H_
#define ALLOCLAB_BENCH_GATE_REPORT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/gate/times.h"
#include "bench/gate/verdict.h"

namespace alloclab::gate {

struct GateResult {
  std::string revision;  // as it was named
  std::string commit;    // that this is
  std::vector<std::string> variants;
  // That only one of the trees has, and so were not compared.
  std::vector<std::string> only_baseline;
  std::vector<std::string> only_present;
  std::vector<std::string> traces;
  std::uint64_t counted_events = 0;
  std::uint64_t memory_events = 0;
  std::size_t blocks = 0;  // that were timed
  Margins margins;
  Verdict verdict;
  std::vector<TimeAdvice> times;
};

// Only what changed, row by row, and how much did not. `colour`: worse red, better green.
std::string GateText(const GateResult& result, bool colour);

// "format" alloclab-gate, "version" 1; README.md in this folder says what is in it.
nlohmann::ordered_json GateJson(const GateResult& result);

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_REPORT_H_
