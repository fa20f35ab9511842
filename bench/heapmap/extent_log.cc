#include "bench/heapmap/extent_log.h"

#include <algorithm>
#include <iterator>

namespace alloclab {

void ExtentLog::Add(std::uint64_t begin, std::uint64_t bytes, std::uint32_t event) {
  extents_[begin] = {bytes, event};
}

ExtentLog::Extents::iterator ExtentLog::End(Extents::iterator extent, std::uint32_t event) {
  const auto& [begin, rest] = *extent;
  if (rest.made < event && event > from_) log_.push_back({begin, rest.bytes, rest.made, event});
  return extents_.erase(extent);
}

void ExtentLog::Cut(std::uint64_t begin, std::uint64_t bytes, std::uint32_t event) {
  const std::uint64_t end = begin + bytes;
  auto at = extents_.upper_bound(begin);
  if (at != extents_.begin()) {
    const auto below = std::prev(at);
    if (below->first + below->second.bytes > begin) at = below;
  }
  while (at != extents_.end() && at->first < end) {
    const std::uint64_t old_begin = at->first;
    const std::uint64_t old_end = old_begin + at->second.bytes;
    at = End(at, event);
    if (old_begin < begin) Add(old_begin, begin - old_begin, event);
    if (old_end > end) Add(end, old_end - end, event);
  }
}

void ExtentLog::Replace(const std::vector<Stretch>& stretches, std::uint32_t event) {
  auto at = extents_.begin();
  for (const Stretch& stretch : stretches) {
    while (at != extents_.end() && at->first < stretch.begin) at = End(at, event);
    if (at != extents_.end() && at->first == stretch.begin) {
      if (at->second.bytes == stretch.bytes) {
        ++at;
        continue;
      }
      at = End(at, event);
    }
    extents_.insert(at, {stretch.begin, {stretch.bytes, event}});
  }
  while (at != extents_.end()) at = End(at, event);
}

std::vector<Extent> ExtentLog::Finish(std::uint32_t to) && {
  while (!extents_.empty()) End(extents_.begin(), to);
  std::sort(log_.begin(), log_.end(), [](const Extent& a, const Extent& b) {
    return a.made != b.made ? a.made < b.made : a.offset < b.offset;
  });
  return std::move(log_);
}

}  // namespace alloclab
