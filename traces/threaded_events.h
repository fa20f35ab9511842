// Event streams of threads that pass blocks to each other, made up for tests.

#ifndef ALLOCLAB_TRACES_THREADED_EVENTS_H_
#define ALLOCLAB_TRACES_THREADED_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "traces/event.h"

namespace alloclab {

// `count` events on `threads` threads, most kinds of call, up to 2000 bytes each. One in
// `foreign_in` ends of a block is made by a thread drawn anew, which may be the block's own.
std::vector<Event> ThreadedEvents(std::uint64_t seed, std::size_t count, std::uint32_t threads,
                                  std::uint32_t foreign_in);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_THREADED_EVENTS_H_
