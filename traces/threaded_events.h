// Event streams of threads that pass blocks to each other, made up for tests, and their programs.

#ifndef ALLOCLAB_TRACES_THREADED_EVENTS_H_
#define ALLOCLAB_TRACES_THREADED_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "traces/event.h"
#include "traces/threaded_program.h"

namespace alloclab {

// `count` events on `threads` threads, most kinds of call, up to 2000 bytes each. One in
// `foreign_in` ends of a block is made by a thread drawn anew, which may be the block's own.
std::vector<Event> ThreadedEvents(std::uint64_t seed, std::size_t count, std::uint32_t threads,
                                  std::uint32_t foreign_in);

// The program of a trace of these events.
ThreadedProgram ThreadedProgramOf(const std::vector<Event>& events);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_THREADED_EVENTS_H_
