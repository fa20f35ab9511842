// The files in inputs/, inside of the program.

#ifndef ALLOCLAB_BENCH_PROGRAMS_INPUT_FILES_H_
#define ALLOCLAB_BENCH_PROGRAMS_INPUT_FILES_H_

#include <string_view>

namespace alloclab::program_inputs {

extern const std::string_view kCompilerInput;
extern const std::string_view kNodeWorkload;
extern const std::string_view kPythonWorkload;
extern const std::string_view kRedisCheck;
extern const std::string_view kSqliteWorkload;

}  // namespace alloclab::program_inputs

#endif  // ALLOCLAB_BENCH_PROGRAMS_INPUT_FILES_H_
