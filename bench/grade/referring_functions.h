// Which functions of a compiled source refer to others by name: seen in its object file, for a
// linked one no longer tells.
//
// A function that the compiler put into another is that other one here. Of an object that is none
// for this machine, as a compiler that optimises when it links leaves one, nothing is known.

#ifndef ALLOCLAB_BENCH_GRADE_REFERRING_FUNCTIONS_H_
#define ALLOCLAB_BENCH_GRADE_REFERRING_FUNCTIONS_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace alloclab::grade {

// By name of what is not defined in `object`, where `is_wanted` says so of that name: the functions
// that call it or take its address, as their source has them.
std::map<std::string, std::set<std::string>> ReferringFunctions(
    const std::string& object, const std::function<bool(std::string_view)>& is_wanted);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_REFERRING_FUNCTIONS_H_
