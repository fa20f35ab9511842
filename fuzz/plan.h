// What a target runs of one input: the programs that the bytes mean, one after the other.

#ifndef ALLOCLAB_FUZZ_PLAN_H_
#define ALLOCLAB_FUZZ_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "fuzz/program.h"
#include "traces/checked/checked.h"

namespace alloclab {

// The program itself.
class OpsPlan {
 public:
  static constexpr std::size_t kArenaBytes = kMaxArenaBytes;
  explicit OpsPlan(std::span<const std::uint8_t> input) : program_(DecodeFuzzProgram(input)) {}
  // The next program, where `last` is the outcome of the one before; none: that was all.
  std::optional<FuzzProgram> Next(const CheckedResult* last) const {
    if (last != nullptr) return std::nullopt;
    return program_;
  }

 private:
  FuzzProgram program_;
};

// The program over an arena of 64 GiB, with blocks to match.
class LargePlan {
 public:
  static constexpr std::size_t kArenaBytes = kLargeArenaBytes;
  explicit LargePlan(std::span<const std::uint8_t> input) : program_(DecodeLargeProgram(input)) {}
  std::optional<FuzzProgram> Next(const CheckedResult* last) const {
    if (last != nullptr) return std::nullopt;
    return program_;
  }

 private:
  FuzzProgram program_;
};

// The program with a page source that refuses its first request, its second, ... each; and again
// with one that refuses that and all that come after. What the program itself orders counts no
// more once it does.
class OomPlan {
 public:
  static constexpr std::size_t kArenaBytes = kMaxArenaBytes;
  static constexpr std::uint64_t kMostSwept = 24;
  explicit OomPlan(std::span<const std::uint8_t> input) : program_(DecodeFuzzProgram(input)) {}
  std::optional<FuzzProgram> Next(const CheckedResult* last) {
    const bool was_there = last == nullptr || last->pages_refused != 0;
    if (!for_good_ && last != nullptr) {
      for_good_ = true;
    } else if (last != nullptr) {
      for_good_ = false;
      ++after_;
    }
    // The source is asked no more than `after_` times.
    if (!was_there || after_ > kMostSwept) return std::nullopt;
    return WithRefusals(program_, for_good_ ? 255 : 1, after_);
  }

 private:
  FuzzProgram program_;
  std::uint64_t after_ = 0;
  bool for_good_ = false;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PLAN_H_
