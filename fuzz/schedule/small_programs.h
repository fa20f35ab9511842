// Small threaded programs on which every schedule can be tried: what allocators are wrong about
// when threads meet, in a few calls each. Not written for any one bug, nor for any one heap.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_SMALL_PROGRAMS_H_
#define ALLOCLAB_FUZZ_SCHEDULE_SMALL_PROGRAMS_H_

#include <string>
#include <vector>

#include "fuzz/schedule/threaded_case.h"

namespace alloclab {

struct SmallProgram {
  std::string name;
  ThreadedCase program;
};

std::vector<SmallProgram> SmallPrograms();

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_SMALL_PROGRAMS_H_
