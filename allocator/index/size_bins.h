// SizeBins: free blocks by size, so that a search looks at almost nothing.
//
//   bin     0 .. 62    one size each: 32, 48, 64, ..., 1024 bytes
//   bin    63 .. 116   [1 KiB, 2 KiB), [2, 4), ...: powers of two (the first without 1024 itself)
//
// A bitmap tells which bins hold anything. A small request takes the head of its own bin; failing
// that, the head of the next bin that is not empty: every block there fits. A large request looks
// through the first kSearchLimit blocks of its own bin, last freed first, and then takes the head
// of the next bin that is not empty. Only when that fails too does it look through all of its own
// bin: the alternative is to grow. So Find is O(1) while anything larger is free, at the price of
// passing over a fit now and then (dlmalloc and TLSF make the same bargain).

#ifndef ALLOCLAB_ALLOCATOR_INDEX_SIZE_BINS_H_
#define ALLOCLAB_ALLOCATOR_INDEX_SIZE_BINS_H_

#include <array>
#include <bit>

#include "allocator/index/free_index.h"
#include "allocator/index/free_list.h"

namespace alloclab {

class SizeBins {
 public:
  static constexpr bool kBySize = true;
  static constexpr std::size_t kSmallMaxBytes = 1024;
  static constexpr std::size_t kSmallBins =
      (kSmallMaxBytes - TaggedBlock::kMinBytes) / TaggedBlock::kUnitBytes + 1;
  static constexpr std::size_t kBins = kSmallBins + 64 - 10;
  static constexpr std::size_t kSearchLimit = 32;

  // The bin for a block of `bytes` bytes: at least 32 and a multiple of 16.
  static constexpr std::size_t BinOf(std::size_t bytes) {
    if (bytes <= kSmallMaxBytes) {
      return (bytes - TaggedBlock::kMinBytes) / TaggedBlock::kUnitBytes;
    }
    return kSmallBins + static_cast<std::size_t>(std::bit_width(bytes)) - 11;
  }

  TaggedBlock* Find(std::size_t bytes) noexcept {
    const std::size_t bin = BinOf(bytes);
    if (bytes <= kSmallMaxBytes) return HeadFrom(bin);
    if (TaggedBlock* block = FirstFit(bin, bytes, kSearchLimit)) return block;
    if (TaggedBlock* block = HeadFrom(bin + 1)) return block;
    return FirstFit(bin, bytes, SIZE_MAX);
  }

  void Insert(TaggedBlock* block) noexcept { InsertSized(block, block->size()); }

  void Remove(TaggedBlock* block) noexcept {
    const std::size_t bin = BinOf(block->size());
    bins_[bin].Unlink(block);
    if (bins_[bin].empty()) ClearBit(bin);
  }

  // What stays in its bin stays at its place: a remainder was not freed now.
  void Replace(TaggedBlock* old, TaggedBlock* now, std::size_t bytes) noexcept {
    const std::size_t bin = BinOf(bytes);
    if (bin == BinOf(old->size())) {
      bins_[bin].Replace(old, now);
    } else {
      Remove(old);
      InsertSized(now, bytes);
    }
  }

  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    for (const FreeList& bin : bins_) {
      if (!bin.ForEach(visit)) return;
    }
  }

  Verdict Check() const noexcept {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const Verdict links = bins_[bin].Check();
      if (!links.ok()) return links;
      const bool marked = ((bitmap_[bin / 64] >> (bin % 64)) & 1) != 0;
      if (marked == bins_[bin].empty()) {
        return {"the bitmap of bins disagrees with the bins", bins_[bin].head()};
      }
      Verdict sizes;
      bins_[bin].ForEach([&](const TaggedBlock* block) {
        if (BinOf(block->size()) == bin) return true;
        sizes = {"a free block is in a bin for other sizes", block};
        return false;
      });
      if (!sizes.ok()) return sizes;
    }
    return {};
  }

  std::uint64_t blocks_visited() const noexcept { return visited_; }

 private:
  static constexpr std::size_t kWords = (kBins + 63) / 64;

  // The first block of the bin that fits, among its first `limit`; or null.
  TaggedBlock* FirstFit(std::size_t bin, std::size_t bytes, std::size_t limit) noexcept {
    for (TaggedBlock* block = bins_[bin].head(); block != nullptr && limit != 0;
         block = block->next_free, --limit) {
      ++visited_;
      if (block->size() >= bytes) return block;
    }
    return nullptr;
  }

  // The head of the first bin at or after `bin` that is not empty, or null.
  TaggedBlock* HeadFrom(std::size_t bin) noexcept {
    std::size_t word = bin / 64;
    if (word >= kWords) return nullptr;
    std::uint64_t bits = bitmap_[word] & (~std::uint64_t{0} << (bin % 64));
    while (bits == 0) {
      if (++word == kWords) return nullptr;
      bits = bitmap_[word];
    }
    ++visited_;
    return bins_[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))].head();
  }

  void InsertSized(TaggedBlock* block, std::size_t bytes) noexcept {
    const std::size_t bin = BinOf(bytes);
    bins_[bin].PushFront(block);
    bitmap_[bin / 64] |= std::uint64_t{1} << (bin % 64);
  }

  void ClearBit(std::size_t bin) noexcept {
    bitmap_[bin / 64] &= ~(std::uint64_t{1} << (bin % 64));
  }

  std::array<FreeList, kBins> bins_;
  std::array<std::uint64_t, kWords> bitmap_{};
  std::uint64_t visited_ = 0;
};
static_assert(FreeIndex<SizeBins>);
static_assert(SizeBins::BinOf(32) == 0 && SizeBins::BinOf(1024) == 62);
static_assert(SizeBins::BinOf(1040) == 63 && SizeBins::BinOf(2048) == 64);
static_assert(SizeBins::BinOf(SIZE_MAX & ~std::size_t{15}) == SizeBins::kBins - 1);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_SIZE_BINS_H_
