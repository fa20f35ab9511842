// Whether a solution's mm_init is a bool, as in newer labs, or an int: seen in its source, for a
// shared object does not tell the type of a function.
//
// The source is read as C and C++ read it before anything is expanded: comments, strings and
// characters are no words, blanks between words do not matter. What the preprocessor would leave
// out or put in is not known here.

#ifndef ALLOCLAB_BENCH_GRADE_INIT_TYPE_H_
#define ALLOCLAB_BENCH_GRADE_INIT_TYPE_H_

#include <string_view>

namespace alloclab::grade {

// Whether `source` declares or defines bool mm_init( or _Bool mm_init(. O(bytes).
bool SaysInitIsBool(std::string_view source);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_INIT_TYPE_H_
