// The headers that a solution is compiled with (lab/), embedded, so that an installed program needs
// no source tree.

#ifndef ALLOCLAB_BENCH_GRADE_LAB_HEADERS_H_
#define ALLOCLAB_BENCH_GRADE_LAB_HEADERS_H_

#include <string_view>

namespace alloclab::grade {

extern const std::string_view kMmHeader;
extern const std::string_view kMemlibHeader;

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAB_HEADERS_H_
