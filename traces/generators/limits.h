// Ranges that several generators share, so that none asks for what a machine cannot hold.

#ifndef ALLOCLAB_TRACES_GENERATORS_LIMITS_H_
#define ALLOCLAB_TRACES_GENERATORS_LIMITS_H_

#include <fmt/format.h>

#include <cstdint>

#include "traces/generators/generator.h"

namespace alloclab::generators {

inline constexpr std::uint64_t kMostOperations = 1'000'000'000;
inline constexpr std::uint64_t kMostLive = std::uint64_t{1} << 24;   // blocks
inline constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;  // of one block

// For parameters of which the first must not be larger than the second.
inline void CheckOrder(const Arguments& arguments, std::string_view least, std::string_view most) {
  if (arguments[least] <= arguments[most]) return;
  throw GeneratorError(fmt::format("{} is {} and {} is {}; {} must not be the larger", least,
                                   arguments[least], most, arguments[most], least));
}
inline void CheckSizes(const Arguments& arguments) { CheckOrder(arguments, "least", "most"); }

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_LIMITS_H_
