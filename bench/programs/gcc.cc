// A compiler with a garbage collector of its own beside malloc. The driver starts cc1plus and as:
// what is measured are all three, and each of them runs under the library.

#include <string>

#include "bench/programs/descriptions.h"
#include "bench/programs/input_files.h"

namespace alloclab {

MeasuredProgram GccProgram(RunLength length) {
  return {
      .name = "gcc",
      .needed = {{"g++", "g++"}},
      .command = {"g++", "-std=c++20", "-O1",
                  length == RunLength::kUsual ? "-DMODULES=8" : "-DMODULES=1", "-c",
                  "../input/input.cc", "-o", "output.o"},
      .inputs = {{"input.cc", std::string(program_inputs::kCompilerInput)}},
      .files = {"output.o"},
  };
}

}  // namespace alloclab
