#include "traces/replay/random_program.h"

#include <algorithm>
#include <random>

namespace alloclab {
namespace {

class Builder {
 public:
  Builder(std::uint64_t seed, const RandomProgramShape& shape) : random_(seed), shape_(shape) {}

  Program Build() {
    while (program_.ops.size() < shape_.operations) AddOne();
    return std::move(program_);
  }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }

  // Mostly small, as programs ask; sometimes 0.
  std::uint64_t Size() {
    const std::uint64_t bound = Below(4) == 0 ? shape_.largest_bytes : 200;
    return Below(std::min(bound, shape_.largest_bytes) + 1);
  }

  void AddOne() {
    if (!live_.empty() && Below(100) < 42) return Free();
    if (!live_.empty() && Below(100) < 12) return Resize();
    const std::uint64_t draw = Below(20);
    if (draw == 0) return Make(OpKind::kCalloc, 0);
    if (draw == 1 && shape_.aligned)
      return Make(OpKind::kAligned, static_cast<std::uint8_t>(3 + Below(10)));
    Make(OpKind::kMalloc, 0);
  }

  void Make(OpKind kind, std::uint8_t alignment_log2) {
    std::uint32_t slot = program_.slots;
    if (free_slots_.empty()) {
      ++program_.slots;
      sizes_.push_back(0);
    } else {
      slot = free_slots_.back();
      free_slots_.pop_back();
    }
    live_.push_back(slot);
    Emit(slot, kind, alignment_log2, Size());
    program_.live_blocks_peak = std::max<std::uint64_t>(program_.live_blocks_peak, live_.size());
  }

  void Resize() { Emit(live_[Below(live_.size())], OpKind::kRealloc, 0, Size() + 1); }

  void Free() {
    std::swap(live_[Below(live_.size())], live_.back());
    const std::uint32_t slot = live_.back();
    live_.pop_back();
    free_slots_.push_back(slot);
    program_.ops.push_back({slot, OpKind::kFree, 0, 0, sizes_[slot]});
    live_bytes_ -= sizes_[slot];
    sizes_[slot] = 0;
  }

  void Emit(std::uint32_t slot, OpKind kind, std::uint8_t alignment_log2, std::uint64_t size) {
    program_.ops.push_back({slot, kind, alignment_log2, 0, size});
    program_.bytes_requested += size;
    live_bytes_ += size - sizes_[slot];
    sizes_[slot] = size;
    program_.live_bytes_peak = std::max(program_.live_bytes_peak, live_bytes_);
  }

  std::mt19937_64 random_;
  RandomProgramShape shape_;
  Program program_;
  std::vector<std::uint32_t> live_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::uint64_t> sizes_;
  std::uint64_t live_bytes_ = 0;
};

}  // namespace

Program RandomProgram(std::uint64_t seed, const RandomProgramShape& shape) {
  return Builder(seed, shape).Build();
}

}  // namespace alloclab
