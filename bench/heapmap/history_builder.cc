#include "bench/heapmap/history_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "allocator/pages/mmap_pages.h"
#include "bench/heapmap/address_axis.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

// A gap up to this is shown, as what is not held: allocators that align spans give back the ends of
// each at once, and a region for every one of those would say nothing.
constexpr std::uint64_t kNearBytes = std::uint64_t{1} << 20;

}  // namespace

HistoryBuilder::HistoryBuilder(EventRange range, std::uint32_t slots, std::uint64_t before,
                               std::uint64_t after)
    : range_(range), slots_(slots), held_(range.from), overhead_(range.from) {
  history_.from = range.from;
  history_.to = range.to;
  history_.before = before;
  history_.after = after;
}

void HistoryBuilder::SetEvent(std::uint32_t event) {
  event_ = event;
  CheckRoom();
}

void HistoryBuilder::CheckRoom() const {
  if (history_.blocks.size() + held_.logged() + overhead_.logged() <= kMostLives) return;
  throw TraceError(
      fmt::format("there are more than {} blocks between the events {} and {}, too many for one "
                  "picture; give a smaller range: --from, --to",
                  kMostLives, range_.from, range_.to));
}

void HistoryBuilder::Held(std::uint64_t begin, std::uint64_t bytes) {
  held_.Add(begin, bytes, event_);
}

void HistoryBuilder::GivenBack(std::uint64_t begin, std::uint64_t bytes) {
  overhead_.Cut(begin, bytes, event_);
  held_.Cut(begin, bytes, event_);
}

void HistoryBuilder::Make(std::uint32_t slot, std::uint64_t payload, std::uint64_t requested,
                          std::uint64_t usable) {
  slots_[slot] = {payload, requested, usable, event_, true};
  overhead_.Cut(payload - history_.before, history_.before + usable + history_.after, event_);
  live_bytes_ += requested;
  if (event_ < range_.from) {
    history_.live_peak_before = std::max(history_.live_peak_before, live_bytes_);
  }
}

void HistoryBuilder::End(std::uint32_t slot) {
  Slot& block = slots_[slot];
  if (!block.is_live) return;
  block.is_live = false;
  live_bytes_ -= block.requested;
  if (event_ <= range_.from) return;
  history_.blocks.push_back({block.payload, block.requested, block.usable, block.made, event_});
}

void HistoryBuilder::Walked(const std::vector<Stretch>& overhead) {
  overhead_.Replace(overhead, event_);
  ++history_.walks;
}

void HistoryBuilder::EndAll() {
  event_ = range_.to;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) End(slot);
  // Each event makes at most one block, so this is one order only.
  std::sort(history_.blocks.begin(), history_.blocks.end(),
            [](const BlockLife& a, const BlockLife& b) { return a.made < b.made; });
  CheckRoom();
}

History HistoryBuilder::PutOnAxis(std::vector<HeapRegion> regions) {
  if (regions.empty()) {
    throw TraceError(fmt::format(
        "no memory is held between the events {} and {}, so there is nothing to draw; give another "
        "range: --from, --to",
        range_.from, range_.to));
  }
  const AddressAxis axis(regions);
  for (BlockLife& block : history_.blocks) block.offset = axis.OffsetOf(block.offset);
  for (std::vector<Extent>* extents : {&history_.overhead, &history_.held}) {
    for (Extent& extent : *extents) extent.offset = axis.OffsetOf(extent.offset);
  }
  history_.regions = std::move(regions);
  return std::move(history_);
}

History HistoryBuilder::Finish() && {
  EndAll();
  history_.held = std::move(held_).Finish(range_.to);
  history_.overhead = std::move(overhead_).Finish(range_.to);
  std::vector<Stretch> stretches;
  for (const Extent& extent : history_.held) stretches.push_back({extent.offset, extent.bytes});
  return PutOnAxis(MergedRegions(std::move(stretches), kNearBytes));
}

History HistoryBuilder::FinishUnwalkable() && {
  EndAll();
  history_.is_walkable = false;
  std::vector<Stretch> stretches;
  for (const BlockLife& block : history_.blocks) {
    constexpr std::uint64_t kPageBytes = MmapPages::kPageBytes;
    const std::uint64_t begin = block.offset / kPageBytes * kPageBytes;
    const std::uint64_t end =
        (block.offset + std::max<std::uint64_t>(block.usable, 1) + kPageBytes - 1) / kPageBytes *
        kPageBytes;
    stretches.push_back({begin, end - begin});
  }
  return PutOnAxis(MergedRegions(std::move(stretches), kNearBytes));
}

}  // namespace alloclab
