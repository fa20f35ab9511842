// Programs made up for tests: valid, seeded, with every kind of operation.

#ifndef ALLOCLAB_TRACES_REPLAY_RANDOM_PROGRAM_H_
#define ALLOCLAB_TRACES_REPLAY_RANDOM_PROGRAM_H_

#include <cstddef>
#include <cstdint>

#include "traces/program.h"

namespace alloclab {

struct RandomProgramShape {
  std::size_t operations = 2000;
  std::uint64_t largest_bytes = 3000;
  bool aligned = true;  // whether there are aligned requests, up to 4096
};

// A program that leaves some blocks live at its end. One seed gives one program everywhere.
Program RandomProgram(std::uint64_t seed, const RandomProgramShape& shape = {});

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_RANDOM_PROGRAM_H_
