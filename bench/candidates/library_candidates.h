// Allocators as libraries for LD_PRELOAD, our variants, too: what workloads and programs are
// compared on, and what a single program is run on.

#ifndef ALLOCLAB_BENCH_CANDIDATES_LIBRARY_CANDIDATES_H_
#define ALLOCLAB_BENCH_CANDIDATES_LIBRARY_CANDIDATES_H_

#include <functional>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"

namespace alloclab {

// Where the library of a variant is.
using VariantLibraryPath = std::function<std::string(const std::string& variant)>;

// One allocator, as ResolveCandidates takes it, as a library that keeps its name; "system" has
// none. Throws CompareError, naming the mend, for what is not known, and for what would not take
// malloc over: the loader would run a program without it.
Candidate LibraryCandidate(const std::string& allocator, const VariantLibraryPath& variant_library);

// Those called `names` (every one that is there, for no names), without repeats, and `system` last.
// Throws CompareError also for two different ones of one name, between which nobody could tell rows
// apart.
std::vector<Candidate> LibraryCandidates(const std::vector<std::string>& names,
                                         const VariantLibraryPath& variant_library);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CANDIDATES_LIBRARY_CANDIDATES_H_
