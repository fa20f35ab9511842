// Paths in a record that is kept: it says what was measured, and not where somebody's checkout, its
// build or a temporary folder lay on a machine that nobody else has.

#ifndef ALLOCLAB_BENCH_RESULTS_KEPT_PATHS_H_
#define ALLOCLAB_BENCH_RESULTS_KEPT_PATHS_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alloclab::results {

// A folder of this machine, and what stands for it in a record. Nothing: paths are told from there.
struct Place {
  std::string folder;
  std::string name;
};

// `record` with what lies inside of a place told from there, of several from the innermost: the
// paths of its traces and allocators, relative ones and those behind links, too, and paths in any
// other text of it (commands, reasons), as far as they are spelled like the place or its real path.
nlohmann::ordered_json WithPathsFrom(const std::vector<Place>& places,
                                     nlohmann::ordered_json record);

}  // namespace alloclab::results

#endif  // ALLOCLAB_BENCH_RESULTS_KEPT_PATHS_H_
