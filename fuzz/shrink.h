// Makes a case small: the fewest calls, then the smallest sizes, that still have a property.
//
// Calls are taken away in ever smaller runs (delta debugging; Zeller and Hildebrandt, "Simplifying
// and isolating failure-inducing input", TSE 2002); what is left is well-formed after each step: a
// free of a block that is no longer made goes with it, a resize of one becomes an allocation.

#ifndef ALLOCLAB_FUZZ_SHRINK_H_
#define ALLOCLAB_FUZZ_SHRINK_H_

#include <functional>
#include <vector>

#include "traces/event.h"

namespace alloclab {

using Events = std::vector<Event>;

// Whether a case has the property. Asked O(n log n) times for n events at best, O(n^2) at worst.
using Property = std::function<bool(const Events&)>;

// `events` has the property, and so has what is returned; no single call could be left out of it.
// Ids and refs are numbered anew.
Events Shrink(Events events, const Property& holds);

// The events of `events` for which `keep` is true, made well-formed and numbered anew.
Events Select(const Events& events, const std::vector<bool>& keep);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SHRINK_H_
