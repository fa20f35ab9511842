// What a shared library offers to the dynamic loader, read from the file: loading it would run it,
// and an allocator can refuse to be loaded late.

#ifndef ALLOCLAB_BENCH_CANDIDATES_EXPORTED_FUNCTION_H_
#define ALLOCLAB_BENCH_CANDIDATES_EXPORTED_FUNCTION_H_

#include <string>
#include <string_view>

namespace alloclab {

// Whether the library `path` defines a function `name` that others can call. False for a file that
// cannot be read or is no library for this machine with a section table.
bool ExportsFunction(const std::string& path, std::string_view name);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CANDIDATES_EXPORTED_FUNCTION_H_
