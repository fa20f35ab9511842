// CPython, with every object an allocation. As it is delivered it serves blocks of up to 512 bytes
// from arenas that it maps itself, and would show little of any malloc; PYTHONMALLOC=malloc is its
// own switch for that. Millions of small blocks, many of them freed at once, some rounds later.

#include <string>

#include "bench/programs/descriptions.h"
#include "bench/programs/input_files.h"

namespace alloclab {

MeasuredProgram PythonProgram(RunLength length) {
  return {
      .name = "python",
      .needed = {{"python3", "python3"}},
      // Without the seed the order of a set, and so the work, would change from run to run.
      .variables = {"PYTHONHASHSEED=0", "PYTHONMALLOC=malloc"},
      .command = {"python3", "-B", "-S", "../input/workload.py",
                  length == RunLength::kUsual ? "14" : "3"},
      .inputs = {{"workload.py", std::string(program_inputs::kPythonWorkload)}},
  };
}

}  // namespace alloclab
