// The programs that are compared when nothing else is said: README.md in this folder says why
// these.

#ifndef ALLOCLAB_BENCH_PROGRAMS_REAL_PROGRAMS_H_
#define ALLOCLAB_BENCH_PROGRAMS_REAL_PROGRAMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/programs/program.h"

namespace alloclab {

// How much one run does: about 0.4 s of it under glibc, or a fraction of that.
enum class RunLength : std::uint8_t { kUsual, kShort };

// "usual" or "short".
const char* RunLengthName(RunLength length);

// Those that are called `names`, each once and in this order; all for no names. Throws CompareError
// for a name that is not known.
std::vector<MeasuredProgram> RealPrograms(const std::vector<std::string>& names, RunLength length);

// Of all programs, in their order.
std::vector<std::string> RealProgramNames();

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_REAL_PROGRAMS_H_
