// Symbols as programmers know them.

#ifndef ALLOCLAB_BENCH_GRADE_SOURCE_NAME_H_
#define ALLOCLAB_BENCH_GRADE_SOURCE_NAME_H_

#include <string>
#include <string_view>

namespace alloclab::grade {

// The name in the source, where C++ put types into the symbol; cut where it is longer than a line,
// as those of templates are.
std::string SourceName(std::string_view symbol);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_SOURCE_NAME_H_
