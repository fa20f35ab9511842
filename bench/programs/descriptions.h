// The descriptions themselves, a file each.

#ifndef ALLOCLAB_BENCH_PROGRAMS_DESCRIPTIONS_H_
#define ALLOCLAB_BENCH_PROGRAMS_DESCRIPTIONS_H_

#include "bench/programs/program.h"
#include "bench/programs/real_programs.h"

namespace alloclab {

MeasuredProgram ClangProgram(RunLength length);
MeasuredProgram GccProgram(RunLength length);
MeasuredProgram GitProgram(RunLength length);
MeasuredProgram NodeProgram(RunLength length);
MeasuredProgram PythonProgram(RunLength length);
MeasuredProgram RedisProgram(RunLength length);
MeasuredProgram SqliteProgram(RunLength length);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_DESCRIPTIONS_H_
