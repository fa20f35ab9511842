// A compiler that keeps everything until its end: much is allocated, in arenas of its own and by
// malloc, and little is freed. All in one process.

#include <string>

#include "bench/programs/descriptions.h"
#include "bench/programs/input_files.h"

namespace alloclab {

MeasuredProgram ClangProgram(RunLength length) {
  return {
      .name = "clang",
      .needed = {{"clang++-19", "clang-19"}},
      .command = {"clang++-19", "-std=c++20", "-O1",
                  length == RunLength::kUsual ? "-DMODULES=13" : "-DMODULES=2", "-c",
                  "../input/input.cc", "-o", "output.o"},
      .inputs = {{"input.cc", std::string(program_inputs::kCompilerInput)}},
      .files = {"output.o"},
  };
}

}  // namespace alloclab
