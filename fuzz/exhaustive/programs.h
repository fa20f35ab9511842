// Every program of so many operations over an alphabet, each once, in a fixed order.
//
// Which blocks are live is told from the calls alone, as if memory never ran out: so the programs
// are the same whatever the allocator answers, and can be counted without being run. A block that
// was refused counts as live too: to free it is free(NULL), to resize it malloc.
//
// Two places of `marker 1` are left out, and are no loss. Before another one it says nothing. At
// the end only frees follow, and what a free does after a refusal is seen where the marker comes
// before a free.

#ifndef ALLOCLAB_FUZZ_EXHAUSTIVE_PROGRAMS_H_
#define ALLOCLAB_FUZZ_EXHAUSTIVE_PROGRAMS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "fuzz/exhaustive/alphabet.h"
#include "traces/event.h"

namespace alloclab {

// O(operations^2), without making any program. At most 2^64 - 1 is told.
std::uint64_t CountPrograms(const Alphabet& alphabet, std::size_t operations);

// Calls visit for each program until it says false; whether it never did. Programs that begin alike
// come one after the other.
bool ForEachProgram(const Alphabet& alphabet, std::size_t operations,
                    const std::function<bool(std::span<const Event>)>& visit);

// The n-th of them, from 0; empty when there are not so many. O(n).
std::vector<Event> NthProgram(const Alphabet& alphabet, std::size_t operations, std::uint64_t n);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_EXHAUSTIVE_PROGRAMS_H_
