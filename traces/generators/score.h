// How well one trace stands for another, by their models: 0 where they agree, 1 where they have
// nothing in common.

#ifndef ALLOCLAB_TRACES_GENERATORS_SCORE_H_
#define ALLOCLAB_TRACES_GENERATORS_SCORE_H_

#include "traces/generators/model.h"

namespace alloclab::generators {

struct ModelScore {
  // Kolmogorov and Smirnov's distance: the largest difference between the two shares of allocations
  // that are at most so large, or that live at most so long (those never freed live longest).
  double sizes = 0;
  double lifetimes = 0;
  // The area between the two curves of what is live, in parts of the area below the first; each
  // over its own time from beginning to end. May be more than 1.
  double live_blocks = 0;
  double live_bytes = 0;
};

// O(buckets). `stands_for` is the one to be judged.
ModelScore ScoreModel(const TraceModel& original, const TraceModel& stands_for);

// "sizes 0.012, lifetimes 0.034, live blocks 0.21, live bytes 0.4".
std::string ScoreText(const ModelScore& score);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_SCORE_H_
