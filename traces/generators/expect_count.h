// How far a count may be from what it is expected to be, for tests of what is drawn.

#ifndef ALLOCLAB_TRACES_GENERATORS_EXPECT_COUNT_H_
#define ALLOCLAB_TRACES_GENERATORS_EXPECT_COUNT_H_

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace alloclab::generators {

// A count of what comes out is binomial: so many draws, each with a known probability. It is
// further off than six standard deviations with a probability of 2 in 10^9. `slack` is for what is
// known to be counted otherwise, and for counts so small that they are not distributed normally.
inline void ExpectCount(std::uint64_t count, double draws, double probability, std::uint64_t seed,
                        double slack = 0) {
  const double deviation = std::sqrt(draws * probability * (1 - probability));
  EXPECT_NEAR(static_cast<double>(count), draws * probability, 6 * deviation + slack)
      << "seed " << seed;
}

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_EXPECT_COUNT_H_
