// What a compiled solution has of memory beside that of mem_sbrk, seen in its file before anything
// of it runs: functions of libraries that manage memory, and static data that can be written to.
//
//     code, constants                        read only
//     relocated constants, linker's tables   PT_GNU_RELRO: read only once it is loaded
//     .data, .bss                            static data
//     .tdata, .tbss                          static data of each thread
//
// A solution is linked without the start files that programs have (solution.cc), so that all of its
// static data is its own: one that has no variables has 0 bytes. Gaps that align one variable
// behind another are in it.

#ifndef ALLOCLAB_BENCH_GRADE_OUTSIDE_MEMORY_H_
#define ALLOCLAB_BENCH_GRADE_OUTSIDE_MEMORY_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "bench/grade/solution.h"

namespace alloclab::grade {

struct StaticVariable {
  std::string name;
  std::uint64_t bytes = 0;
};

// A function of a library, by the name that programmers have for it (memory_functions.h).
struct MemoryFunctionUse {
  std::string name;
  std::set<std::string> users;  // functions of the solution, as far as they are known
};

struct OutsideMemory {
  // By name, each once; without those that only a memlib.c of the solution's uses, for it has no
  // part in what runs.
  std::vector<MemoryFunctionUse> functions;
  std::uint64_t static_bytes = 0;         // that can be written to
  std::vector<StaticVariable> variables;  // those with a name, the largest first
};

// Files that are no ELF files for this machine have nothing. O(bytes of the files).
OutsideMemory FindOutsideMemory(const CompiledSolution& solution);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_OUTSIDE_MEMORY_H_
