// An allocator as records have it: enough to know it again.

#ifndef ALLOCLAB_BENCH_CANDIDATE_RECORD_H_
#define ALLOCLAB_BENCH_CANDIDATE_RECORD_H_

#include <nlohmann/json_fwd.hpp>

#include "bench/candidate.h"

namespace alloclab {

// "name", "table", "path", "version" (of the Debian package, or of glibc) and "xxh3" (of the
// library). Throws CompareError for a library that cannot be read.
nlohmann::ordered_json CandidateRecord(const Candidate& candidate);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CANDIDATE_RECORD_H_
