// Reads what callgrind has counted in a counted run (counted_run.h).

#ifndef ALLOCLAB_BENCH_GRADE_INSTRUCTION_COUNTS_H_
#define ALLOCLAB_BENCH_GRADE_INSTRUCTION_COUNTS_H_

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace alloclab::grade {

// One count of a file of callgrind's: under which mark it was written, and its instructions.
struct MarkedCount {
  std::string mark;
  std::uint64_t instructions = 0;
};

// Nothing where the text is no such file, or was written without a mark.
std::optional<MarkedCount> ReadMarkedCount(std::istream& file);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_INSTRUCTION_COUNTS_H_
