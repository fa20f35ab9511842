// The generators by family, one file each.

#ifndef ALLOCLAB_TRACES_GENERATORS_FAMILIES_H_
#define ALLOCLAB_TRACES_GENERATORS_FAMILIES_H_

#include <vector>

#include "traces/generators/generator.h"

namespace alloclab::generators {

std::vector<Generator> LifetimeGenerators();   // lifetimes.cc: lifo fifo queues sawtooth phases
std::vector<Generator> ThreadGenerators();     // threads.cc: producer_consumer larson
std::vector<Generator> FleetGenerators();      // fleet.cc: fleet
std::vector<Generator> ModelGenerators();      // draw.cc: model
std::vector<Generator> ShapeGenerators();      // shapes.cc: growth comb power_plus_one alignment
std::vector<Generator> RobsonGenerators();     // robson.cc: robson robson_first_fit
std::vector<Generator> FitAttackGenerators();  // fit_attacks.cc: robson_best_fit splinter

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_FAMILIES_H_
