// Changes a fuzz program as a whole of operations. A fuzzer that knows only bytes takes most of its
// steps inside of one operation, and when it puts a byte in or takes one out it shifts all that
// follow; to a heap, what matters is which calls come in which order, and sizes that fit something.

#ifndef ALLOCLAB_FUZZ_MUTATOR_H_
#define ALLOCLAB_FUZZ_MUTATOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/random_input.h"

namespace alloclab {

// `input` with one to four changes: operations put in, taken out, moved, repeated, changed in one
// respect, a size moved to an edge, a pattern that heaps are known to fail at. At most `max_bytes`
// long; never empty. O(bytes).
std::vector<std::uint8_t> MutateProgram(std::span<const std::uint8_t> input, std::size_t max_bytes,
                                        SplitMix& random);

// The beginning of one program and the end of another. O(bytes).
std::vector<std::uint8_t> SplicePrograms(std::span<const std::uint8_t> a,
                                         std::span<const std::uint8_t> b, std::size_t max_bytes,
                                         SplitMix& random);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MUTATOR_H_
