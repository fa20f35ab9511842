// Small threaded programs on which every schedule can be tried: what allocators are wrong about
// when threads meet, in a few calls each. All but the last two were written before any bug was
// looked for. "one makes, one frees, one wants" is there for the planted bug 107, which the others
// do not show within three preemptions, and "a block goes around three threads" for 103 (ABA),
// which wants a block to be freed, taken and freed again.

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
