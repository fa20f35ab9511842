// What a case can keep while it is made small (shrink.h), each found out in a process of its own,
// which the case may crash or never let end.

#ifndef ALLOCLAB_FUZZ_PROPERTIES_H_
#define ALLOCLAB_FUZZ_PROPERTIES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/shrink.h"

namespace alloclab {

// The rule that the events break on the variant under the checker, over an arena of so many bytes;
// "crash", "time-out", or empty for none.
std::string VerdictOf(const std::string& variant, const Events& events, std::size_t arena_bytes,
                      unsigned timeout_seconds);

struct HeldAndLive {
  double over_peaks =
      0;  // the most bytes held, over the most bytes live: Johnstone and Wilson's #4
  std::uint64_t live_bytes_peak = 0;
};
// Over an arena of so many bytes, which hands out what is asked for, to 256 bytes. Nothing where
// the case does not come to its end, or a request of its is refused. Of "system" it knows nothing.
std::optional<HeldAndLive> HeldOverLive(const std::string& variant, const Events& events,
                                        std::size_t arena_bytes, unsigned timeout_seconds);

// How many times as long the events take on `variant` as on `other`, of which each may be "system":
// both run them again and again, in turns of some milliseconds, on heaps that are empty before each
// run. The second smallest of the ratios of seven pairs of turns, so that no disturbance makes one
// slow. Nothing where a case does not come to its end.
std::optional<double> TimesAsLong(const std::string& variant, const std::string& other,
                                  const Events& events, unsigned timeout_seconds);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PROPERTIES_H_
