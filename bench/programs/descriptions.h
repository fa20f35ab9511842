// The descriptions themselves, a file each.

#ifndef ALLOCLAB_BENCH_PROGRAMS_DESCRIPTIONS_H_
#define ALLOCLAB_BENCH_PROGRAMS_DESCRIPTIONS_H_

#include "bench/programs/program.h"
#include "bench/programs/real_programs.h"

namespace alloclab {

Program ClangProgram(RunLength length);
Program GccProgram(RunLength length);
Program GitProgram(RunLength length);
Program NodeProgram(RunLength length);
Program PythonProgram(RunLength length);
Program RedisProgram(RunLength length);
Program SqliteProgram(RunLength length);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_DESCRIPTIONS_H_
