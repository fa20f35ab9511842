// A record as text to be kept: few digits, and lines that a diff can tell apart.
//
// Every entry of an object stands on a line of its own, and a list of plain values (the blocks of a
// cell) on one line. Figures have six significant digits, a thousand times finer than what was
// measured; whole numbers have all of theirs. What is written is determined by the record alone.

#ifndef ALLOCLAB_BENCH_RESULTS_RECORD_TEXT_H_
#define ALLOCLAB_BENCH_RESULTS_RECORD_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace alloclab::results {

// `record` with every figure that is not a whole number rounded to six significant digits. To do it
// again changes nothing.
nlohmann::ordered_json Rounded(nlohmann::ordered_json record);

// JSON that reads back as `record`, and ends with a newline. Bytes that are not UTF-8 become
// U+FFFD. O(size of the record).
std::string RecordText(const nlohmann::ordered_json& record);

}  // namespace alloclab::results

#endif  // ALLOCLAB_BENCH_RESULTS_RECORD_TEXT_H_
