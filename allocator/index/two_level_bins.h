// TwoLevelBins: free blocks by size in two levels of bins, each with a bitmap, as TLSF has them.
//
//   first level    second level
//        0         32 bins of 16 bytes each: 0, 16, ..., 496       (one size a bin)
//        1         [512, 1024) in 32 bins of 16                    (one size a bin)
//        2         [1024, 2048) in 32 bins of 32
//        k         [256 * 2^k, 512 * 2^k) in 32 bins of 8 * 2^k bytes
//
// A request is rounded up to the next bin whose every block holds it, and the first bin from there
// on that is not empty is found by two bit scans. Bound: the smallest size of the bin rounded up to
// is less than 1/32 larger than the request. When no such bin holds anything, the head of the
// request's own bin is looked at, for it may fit: so what was just freed serves the same request
// again. Find looks at no more than two blocks; everything is O(1). Source: see variants/tlsf.h.

#ifndef ALLOCLAB_ALLOCATOR_INDEX_TWO_LEVEL_BINS_H_
#define ALLOCLAB_ALLOCATOR_INDEX_TWO_LEVEL_BINS_H_

#include <algorithm>
#include <array>
#include <bit>

#include "allocator/index/free_index.h"
#include "allocator/index/free_list.h"

namespace alloclab {

class TwoLevelBins {
 public:
  static constexpr bool kBySize = true;
  static constexpr std::uint64_t kMostVisited = 2;
  static constexpr std::size_t kRanges = 32;  // bins of one power of two
  // Below this a bin is kUnitBytes wide, and there is one size in it.
  static constexpr std::size_t kLinearBytes = kRanges * TaggedBlock::kUnitBytes;
  static constexpr std::size_t kPowers = 64 - 9 + 1;

  struct Bin {
    std::size_t power;
    std::size_t range;
    friend bool operator==(const Bin&, const Bin&) = default;
  };

  // The bin of a block of `bytes`, a multiple of 16.
  static constexpr Bin BinOf(std::size_t bytes) {
    if (bytes < kLinearBytes) return {0, bytes / TaggedBlock::kUnitBytes};
    const auto log2 = static_cast<std::size_t>(std::bit_width(bytes)) - 1;
    return {log2 - 8, (bytes >> (log2 - 5)) - kRanges};
  }

  // The smallest block of a bin, in bytes.
  static constexpr std::size_t LowerBound(Bin bin) {
    if (bin.power == 0) return bin.range * TaggedBlock::kUnitBytes;
    return (kRanges + bin.range) << (bin.power + 3);
  }

  // The first bin in which every block holds `bytes`; at most kMaxRequestBytes and a header.
  static constexpr Bin BinServing(std::size_t bytes) {
    if (bytes < kLinearBytes) return BinOf(bytes);
    const auto log2 = static_cast<std::size_t>(std::bit_width(bytes)) - 1;
    return BinOf(bytes + (std::size_t{1} << (log2 - 5)) - 1);
  }

  // Good fit passes over blocks of the request's own range.
  static constexpr std::size_t SureFit(std::size_t bytes) noexcept {
    return LowerBound(BinServing(bytes));
  }

  TaggedBlock* Find(std::size_t bytes) noexcept {
    if (TaggedBlock* block = HeadFrom(BinServing(bytes))) {
      ++visited_;
      return block;
    }
    const Bin own = BinOf(bytes);
    TaggedBlock* block = bins_[own.power][own.range].head();
    if (block == nullptr) return nullptr;
    ++visited_;
    return block->size() >= bytes ? block : nullptr;
  }

  void Insert(TaggedBlock* block) noexcept { InsertSized(block, block->size()); }

  void Remove(TaggedBlock* block) noexcept {
    const Bin bin = BinOf(block->size());
    FreeList& list = bins_[bin.power][bin.range];
    list.Unlink(block);
    if (!list.empty()) return;
    ranges_[bin.power] &= ~(std::uint32_t{1} << bin.range);
    if (ranges_[bin.power] == 0) powers_ &= ~(std::uint64_t{1} << bin.power);
  }

  void Replace(TaggedBlock* old, TaggedBlock* now, std::size_t bytes) noexcept {
    Remove(old);
    InsertSized(now, bytes);
  }

  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    for (std::uint64_t powers = powers_; powers != 0; powers &= powers - 1) {
      const auto power = static_cast<std::size_t>(std::countr_zero(powers));
      for (std::uint32_t ranges = ranges_[power]; ranges != 0; ranges &= ranges - 1) {
        const auto range = static_cast<std::size_t>(std::countr_zero(ranges));
        if (!bins_[power][range].ForEach(visit)) return;
      }
    }
  }

  Verdict Check() const noexcept {
    for (std::size_t power = 0; power < kPowers; ++power) {
      const bool marked = ((powers_ >> power) & 1) != 0;
      if (marked != (ranges_[power] != 0)) {
        return {"the bitmap of powers disagrees with the bitmap of ranges", nullptr};
      }
      if (!marked && AllEmpty(bins_[power])) continue;
      for (std::size_t range = 0; range < kRanges; ++range) {
        if (const Verdict verdict = CheckBin({power, range}); !verdict.ok()) return verdict;
      }
    }
    return {};
  }

  std::uint64_t blocks_visited() const noexcept { return visited_; }

 private:
  using Lists = std::array<FreeList, kRanges>;

  // The head of the first bin at or after `bin` that is not empty, or null.
  TaggedBlock* HeadFrom(Bin bin) const noexcept {
    std::size_t power = bin.power;
    std::uint32_t ranges = ranges_[power] & (~std::uint32_t{0} << bin.range);
    if (ranges == 0) {
      const std::uint64_t above = powers_ & (~std::uint64_t{1} << power);
      if (above == 0) return nullptr;
      power = static_cast<std::size_t>(std::countr_zero(above));
      ranges = ranges_[power];
    }
    return bins_[power][static_cast<std::size_t>(std::countr_zero(ranges))].head();
  }

  void InsertSized(TaggedBlock* block, std::size_t bytes) noexcept {
    const Bin bin = BinOf(bytes);
    bins_[bin.power][bin.range].PushFront(block);
    ranges_[bin.power] |= std::uint32_t{1} << bin.range;
    powers_ |= std::uint64_t{1} << bin.power;
  }

  // Most lists of most powers are empty, and a check looks at all.
  static bool AllEmpty(const Lists& lists) noexcept {
    return std::all_of(lists.begin(), lists.end(),
                       [](const FreeList& list) { return list.empty(); });
  }

  Verdict CheckBin(Bin bin) const noexcept {
    const FreeList& list = bins_[bin.power][bin.range];
    if (const Verdict links = list.Check(); !links.ok()) return links;
    const bool marked = ((ranges_[bin.power] >> bin.range) & 1) != 0;
    if (marked == list.empty()) {
      return {"the bitmap of ranges disagrees with the bins", list.head()};
    }
    Verdict sizes;
    list.ForEach([&](const TaggedBlock* block) {
      if (BinOf(block->size()) == bin) return true;
      sizes = {"a free block is in a bin for other sizes", block};
      return false;
    });
    return sizes;
  }

  std::array<Lists, kPowers> bins_;
  std::array<std::uint32_t, kPowers> ranges_{};
  std::uint64_t powers_ = 0;
  std::uint64_t visited_ = 0;
};
static_assert(FreeIndex<TwoLevelBins>);
static_assert(TwoLevelBins::BinOf(496) == TwoLevelBins::Bin{0, 31});
static_assert(TwoLevelBins::BinOf(512) == TwoLevelBins::Bin{1, 0});
static_assert(TwoLevelBins::BinOf(1040) == TwoLevelBins::Bin{2, 0});
static_assert(TwoLevelBins::BinServing(1040) == TwoLevelBins::Bin{2, 1});
static_assert(TwoLevelBins::BinOf(SIZE_MAX & ~std::size_t{15}) ==
              TwoLevelBins::Bin{TwoLevelBins::kPowers - 1, 31});

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_TWO_LEVEL_BINS_H_
