// Made-up programs: calls as another tool would have seen them, with the events that they are.

#ifndef ALLOCLAB_TRACES_IMPORT_MADE_UP_CALLS_H_
#define ALLOCLAB_TRACES_IMPORT_MADE_UP_CALLS_H_

#include <cstdint>
#include <set>
#include <vector>

#include "traces/event.h"

namespace alloclab {

struct Call {
  Event event;           // as the importer should give it
  std::uint64_t before;  // address of event.ref, 0 without
  std::uint64_t after;   // address of event.id, 0 without
};

// What a tool sees of a program.
struct Tool {
  std::set<EventKind> kinds;
  std::uint32_t threads = 1;
  bool failures = true;
  bool counts = false;  // whether it keeps those of calloc
  bool times = false;
};

// Calls that the tool sees whole. Addresses are those of an allocator that hands out again what was
// freed last.
std::vector<Call> MadeUpCalls(std::uint64_t seed, const Tool& tool);

std::vector<Event> EventsOf(const std::vector<Call>& calls);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_MADE_UP_CALLS_H_
