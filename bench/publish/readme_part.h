// The part of README.md that is made from results, between two marks:
//
//     <!-- results: begin -->
//     ...
//     <!-- results: end -->

#ifndef ALLOCLAB_BENCH_PUBLISH_README_PART_H_
#define ALLOCLAB_BENCH_PUBLISH_README_PART_H_

#include <string>

#include "bench/publish/trace_results.h"

namespace alloclab::publish {

inline constexpr const char* kReadmeBegin = "<!-- results: begin -->";
inline constexpr const char* kReadmeEnd = "<!-- results: end -->";

// What stands between the marks, for results that lie in `folder` (as README.md would link to it).
std::string ReadmePart(const TraceResults& results, const std::string& folder);

// Whether either mark is in the text.
bool HasReadmeMark(const std::string& readme);

// `readme` with `part` between its marks. Throws PublishError when these are not there once each,
// in this order.
std::string WithReadmePart(const std::string& readme, const std::string& part);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_README_PART_H_
