// What of the addresses is in some state now, as extents that do not overlap, and a log of the
// extents that were.
//
// An extent is logged when it goes or when a part of it does: what is left of it goes on as a new
// one. Those that came and went with the same event are at no event and are not logged, nor are
// those that went before the log begins.

#ifndef ALLOCLAB_BENCH_HEAPMAP_EXTENT_LOG_H_
#define ALLOCLAB_BENCH_HEAPMAP_EXTENT_LOG_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "bench/heapmap/history.h"

namespace alloclab {

struct Stretch {
  std::uint64_t begin;
  std::uint64_t bytes;
};

class ExtentLog {
 public:
  // Keeps what is there at event `from` or later.
  explicit ExtentLog(std::uint32_t from) : from_(from) {}

  // Adds bytes that are in no extent. O(log extents).
  void Add(std::uint64_t begin, std::uint64_t bytes, std::uint32_t event);
  // Takes [begin, begin + bytes) out of every extent. O(log extents) and what it touches.
  void Cut(std::uint64_t begin, std::uint64_t bytes, std::uint32_t event);
  // Makes the extents exactly these, which are sorted and do not overlap; those that stay as they
  // are go on. O(extents before and after).
  void Replace(const std::vector<Stretch>& stretches, std::uint32_t event);

  std::size_t logged() const { return log_.size(); }
  // The log, with what is there still as if it ended with event `to`.
  std::vector<Extent> Finish(std::uint32_t to) &&;

 private:
  struct Rest {
    std::uint64_t bytes;
    std::uint32_t made;
  };
  using Extents = std::map<std::uint64_t, Rest>;  // by their begin

  Extents::iterator End(Extents::iterator extent, std::uint32_t event);

  std::uint32_t from_;
  Extents extents_;
  std::vector<Extent> log_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_EXTENT_LOG_H_
