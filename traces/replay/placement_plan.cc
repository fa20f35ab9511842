#include "traces/replay/placement_plan.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "traces/replay/program_image.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kMaxSpanBytes = (std::uint64_t{1} << 32) * kPlaceUnitBytes;
constexpr std::uint8_t kMaxAlignmentLog2 = 30;
constexpr std::uint64_t kNoPlace = UINT64_MAX;

// Exact multiples of 16 up to 1024, then eight classes for each doubling.
std::uint64_t ClassBytes(std::uint64_t bytes) {
  const std::uint64_t step = bytes <= 1024 ? kPlaceUnitBytes : std::bit_floor(bytes - 1) / 8;
  return std::max<std::uint64_t>((bytes + step - 1) / step * step, kPlaceUnitBytes);
}

[[noreturn]] void RefuseTooLarge() {
  throw TraceError(
      "the floor cannot be planned: the blocks of this program need more than 64 GiB (or an "
      "alignment above 1 GiB). Use a smaller trace.");
}

struct Planned {
  std::uint64_t bytes = 0;  // the largest size the block will have
  std::uint64_t alignment = kPlaceUnitBytes;
};

// The blocks in the order in which they are made, each with the largest size of its life.
std::vector<Planned> LargestSizes(const Ops& ops, std::uint32_t slots) {
  std::vector<Planned> blocks;
  std::vector<std::uint64_t> block_in(slots, kNoPlace);
  for (const Op& op : ops) {
    std::uint64_t& block = block_in.at(op.slot);
    if (EndsBlock(op, block != kNoPlace)) {
      block = kNoPlace;
      continue;
    }
    if (op.size > kMaxSpanBytes) RefuseTooLarge();
    if (op.kind == OpKind::kRealloc && block != kNoPlace) {
      blocks[block].bytes = std::max(blocks[block].bytes, op.size);
      continue;
    }
    if (op.kind == OpKind::kAligned && op.alignment_log2 > kMaxAlignmentLog2) RefuseTooLarge();
    block = blocks.size();
    const std::uint64_t alignment =
        op.kind == OpKind::kAligned ? std::uint64_t{1} << op.alignment_log2 : kPlaceUnitBytes;
    blocks.push_back({op.size, std::max<std::uint64_t>(alignment, kPlaceUnitBytes)});
  }
  return blocks;
}

// Free places by class and alignment, over a span that grows at its end.
class Places {
 public:
  std::uint64_t Take(const Planned& block) {
    std::vector<std::uint64_t>& free = free_[ClassOf(block)];
    if (!free.empty()) {
      const std::uint64_t place = free.back();
      free.pop_back();
      return place;
    }
    const std::uint64_t place = (end_ + block.alignment - 1) & ~(block.alignment - 1);
    end_ = place + ClassBytes(block.bytes);
    if (end_ > kMaxSpanBytes) RefuseTooLarge();
    return place;
  }

  void GiveBack(const Planned& block, std::uint64_t place) {
    free_[ClassOf(block)].push_back(place);
  }

  std::uint64_t end() const { return end_; }

 private:
  static std::pair<std::uint64_t, std::uint64_t> ClassOf(const Planned& block) {
    return {block.alignment, ClassBytes(block.bytes)};
  }

  std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::uint64_t>> free_;
  std::uint64_t end_ = 0;
};

}  // namespace

PlacementPlan PlanPlacement(const Ops& ops, std::uint32_t slots) {
  const std::vector<Planned> blocks = LargestSizes(ops, slots);
  PlacementPlan plan;
  plan.places.reserve(blocks.size());
  Places places;
  std::vector<std::uint64_t> block_in(slots, kNoPlace);
  for (const Op& op : ops) {
    std::uint64_t& block = block_in[op.slot];
    if (EndsBlock(op, block != kNoPlace)) {
      if (block != kNoPlace) {
        places.GiveBack(blocks[block], plan.places[block] * std::uint64_t{kPlaceUnitBytes});
      }
      block = kNoPlace;
    } else if (op.kind != OpKind::kRealloc || block == kNoPlace) {
      block = plan.places.size();
      const std::uint64_t place = places.Take(blocks[block]);
      plan.places.push_back(static_cast<std::uint32_t>(place / kPlaceUnitBytes));
      plan.alignment = std::max(plan.alignment, blocks[block].alignment);
    }
  }
  plan.bytes = places.end();
  return plan;
}

}  // namespace alloclab
