// What `counts` printed about one tree: the figures of its variants (bench/deterministic/counts.cc
// writes them, its README.md says what each is). The two trees of a gate may be any two revisions,
// so this JSON is all that they have in common.

#ifndef ALLOCLAB_BENCH_GATE_FIGURES_H_
#define ALLOCLAB_BENCH_GATE_FIGURES_H_

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace alloclab::gate {

// Of one variant on one trace. Where `reason` says why it failed, there are no figures.
struct CellFigures {
  std::string reason;
  std::optional<double> instructions_per_op;  // beyond the floor's, so it may be below 0
  std::optional<double> d1_misses_per_op;     // with the floor's
  std::optional<double> ll_misses_per_op;
  std::optional<double> held_over_live_peak;  // Johnstone and Wilson's #4
  std::optional<double> held_bytes_at_end;    // when everything has been freed
  std::optional<double> ns_per_op;
};

struct TreeFigures {
  std::vector<std::string> variants;              // that the tree has
  std::map<std::string, std::string> conditions;  // under which the figures were made, by name
  std::map<std::pair<std::string, std::string>, CellFigures> cells;  // by variant and trace
};

// Reads the text that `counts` of `whose` tree wrote. Throws CompareError for what is none, or is
// of a version that is not known here.
TreeFigures ReadFigures(const std::string& text, const std::string& whose);

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_FIGURES_H_
