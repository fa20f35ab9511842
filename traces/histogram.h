// Counts of numbers of any magnitude in fixed memory, exact up to 64 and to within 1/32 above: each
// power of two is split into 32 buckets of equal width (the layout of HdrHistogram, by Gil Tene).

#ifndef ALLOCLAB_TRACES_HISTOGRAM_H_
#define ALLOCLAB_TRACES_HISTOGRAM_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace alloclab {

class Histogram {
 public:
  void Add(std::uint64_t value) {
    ++counts_[BucketOf(value)];
    ++total_;
  }
  std::uint64_t total() const { return total_; }

  // The largest number in the bucket that holds the value of rank ceil(fraction x total), 0 when
  // there is none: never below that value, and above it by at most 1/32 of it. O(buckets).
  std::uint64_t Percentile(double fraction) const {
    const double rank = fraction * static_cast<double>(total_);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      seen += counts_[bucket];
      if (counts_[bucket] > 0 && static_cast<double>(seen) >= rank) return LastOf(bucket);
    }
    return 0;
  }

  // How many numbers need exactly `bits` bits: 0 for zero, else from 2^(bits-1) up to 2^bits - 1.
  std::uint64_t CountOfWidth(int bits) const {
    if (bits == 0) return counts_[0];
    const std::uint64_t first = std::uint64_t{1} << (bits - 1);
    std::uint64_t sum = 0;
    for (std::size_t i = BucketOf(first); i <= BucketOf(first | (first - 1)); ++i)
      sum += counts_[i];
    return sum;
  }

 private:
  static constexpr int kSplitBits = 5;
  static constexpr std::size_t kSplit = std::size_t{1} << kSplitBits;
  static constexpr std::size_t kBuckets = (64 - kSplitBits + 1) * kSplit;

  // Numbers below 2 x kSplit have a bucket each; above, the kSplitBits bits below the leading one
  // choose.
  static std::size_t BucketOf(std::uint64_t value) {
    const int width = static_cast<int>(std::bit_width(value));
    if (width <= kSplitBits + 1) return static_cast<std::size_t>(value);
    const int shift = width - kSplitBits - 1;
    return static_cast<std::size_t>(shift) * kSplit + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t LastOf(std::size_t bucket) {
    if (bucket < 2 * kSplit) return bucket;
    const std::size_t shift = bucket / kSplit - 1;
    const std::uint64_t first = static_cast<std::uint64_t>(bucket - shift * kSplit) << shift;
    return first + ((std::uint64_t{1} << shift) - 1);
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_HISTOGRAM_H_
