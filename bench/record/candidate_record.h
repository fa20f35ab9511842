// Allocators as records have them: enough to know them again.

#ifndef ALLOCLAB_BENCH_RECORD_CANDIDATE_RECORD_H_
#define ALLOCLAB_BENCH_RECORD_CANDIDATE_RECORD_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "bench/candidates/candidate.h"

namespace alloclab {

// An array with, for each, "name", "table", "path", "version" (of the Debian package, or of glibc)
// and "xxh3" (of the library). Throws CompareError for a library that cannot be read.
nlohmann::ordered_json CandidateRecords(const std::vector<Candidate>& candidates);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_RECORD_CANDIDATE_RECORD_H_
