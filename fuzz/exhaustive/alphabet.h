// What programs are made of when all of them are run: a few calls at the edges of an allocator's
// smallest size classes, over an arena that a handful of blocks fill.

#ifndef ALLOCLAB_FUZZ_EXHAUSTIVE_ALPHABET_H_
#define ALLOCLAB_FUZZ_EXHAUSTIVE_ALPHABET_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "traces/event.h"

namespace alloclab {

struct ClassEdges {
  std::size_t least = 0;   // all that the smallest block holds
  std::size_t next = 0;    // one byte more: the least that needs a larger block
  std::size_t merged = 0;  // all that two neighbouring smallest blocks hold as one
};

// The calls of a program, without the numbers of blocks. Each may come at any place.
struct Alphabet {
  std::size_t arena_bytes = 0;
  // Calls that make a block; those marked failed are refused by every allocator and make none.
  std::vector<Event> makes;
  // Calls on a block, any of the live ones. One of 0 bytes ends it; one marked failed leaves it.
  std::vector<Event> resizes;
  // Whether there is `marker 1`: the page source refuses the next request.
  bool refusals = false;
};

// malloc and realloc of each edge, calloc, an aligned block, refusals.
Alphabet EdgeAlphabet(const ClassEdges& edges, std::size_t arena_bytes);

// Every call with operands on which its arithmetic may wrap: 0, near 2^63 and near 2^64, products
// and alignments; with one size that is none of them.
Alphabet ExtremeAlphabet(const ClassEdges& edges);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_EXHAUSTIVE_ALPHABET_H_
