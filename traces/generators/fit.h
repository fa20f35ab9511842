// Learns a model from the events of a trace, in one pass. Memory: the live set, and the buckets,
// which are less than a megabyte for each kind of call that occurs.

#ifndef ALLOCLAB_TRACES_GENERATORS_FIT_H_
#define ALLOCLAB_TRACES_GENERATORS_FIT_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "traces/event.h"
#include "traces/generators/model.h"
#include "traces/live_table.h"
#include "traces/trace_io.h"

namespace alloclab::generators {

// The bucket of a number: exact below 2^(kBits + 1), above that 2^kBits equal ones to each power of
// two (the layout of HdrHistogram, by Gil Tene).
template <unsigned kBits>
constexpr std::uint64_t BucketOf(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= kBits + 1) return value;
  const unsigned shift = width - kBits - 1;
  return (std::uint64_t{shift} << kBits) + (value >> shift);
}

// Sizes are exact up to 1 KiB and then to 1/512, lifetimes up to 64 and then to 1/32: sizes are
// chosen by people, lifetimes happen.
inline constexpr unsigned kSizeBits = 9;
inline constexpr unsigned kLifetimeBits = 5;

// Add is O(1), amortised.
template <unsigned kBits>
class BucketCounts {
 public:
  void Add(std::uint64_t value) {
    const auto number = static_cast<std::size_t>(BucketOf<kBits>(value));
    if (number >= buckets_.size()) buckets_.resize(number + 1, {UINT64_MAX, 0, 0});
    Bucket& bucket = buckets_[number];
    bucket.least = std::min(bucket.least, value);
    bucket.most = std::max(bucket.most, value);
    ++bucket.count;
  }
  // Those that count anything.
  Buckets Take() const {
    Buckets buckets;
    for (const Bucket& bucket : buckets_) {
      if (bucket.count > 0) buckets.push_back(bucket);
    }
    return buckets;
  }

 private:
  Buckets buckets_;  // by number, at most 65 x 2^kBits
};

class Fitter {
 public:
  // The events of a whole trace, in order.
  void Add(const Event& event);
  TraceModel Finish() const;

 private:
  // Of a live allocation; `bits` is the width of its size plus 1, so that none equals "not live".
  struct Birth {
    std::uint32_t bits = 0;
    std::uint64_t bytes = 0;

    friend bool operator==(const Birth&, const Birth&) = default;
  };
  struct Kind {
    BucketCounts<kSizeBits> sizes;
    BucketCounts<kSizeBits> alignments;
  };
  struct Class {
    std::uint64_t never_freed = 0;  // until it is
    BucketCounts<kLifetimeBits> lifetimes;
  };

  void End(std::uint64_t id);
  void Make(const Event& event);
  void AddPoint();

  LiveTable<Birth> live_;
  std::uint64_t next_id_ = 0;
  std::uint64_t live_bytes_ = 0;
  std::uint64_t live_blocks_ = 0;
  std::map<EventKind, Kind> kinds_;
  std::map<std::uint64_t, Class> classes_;
  std::vector<LivePoint> points_;  // each stride_ allocations; thinned out when there are too many
  std::uint64_t stride_ = 1;
};

// Throws TraceError for a malformed trace and for one without an allocation.
TraceModel FitModel(TraceReader& reader);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_FIT_H_
