#include "traces/recorder/thread_merge.h"

#include <algorithm>

namespace alloclab::recorder {

bool ThreadMerge::Stream::Advance() {
  const std::uint64_t stamp = head_.stamp;
  while (!reader_.Next(head_)) {
    if (next_run_ == runs_->size()) return false;
    reader_ = ChunkReader((*runs_)[next_run_++]);
  }
  head_.stamp = std::max(head_.stamp, stamp);
  return true;
}

ThreadMerge::ThreadMerge(const RawImage& image) {
  streams_.reserve(image.threads().size());
  for (const RawImage::Runs& runs : image.threads()) {
    streams_.emplace_back(runs);
    if (streams_.back().Advance()) heap_.push_back(streams_.size() - 1);
  }
  std::ranges::make_heap(heap_, [this](std::size_t a, std::size_t b) { return Later(a, b); });
}

bool ThreadMerge::Later(std::size_t a, std::size_t b) const {
  const RawRecord& left = streams_[a].head();
  const RawRecord& right = streams_[b].head();
  if (left.stamp != right.stamp) return left.stamp > right.stamp;
  if (IsRelease(left.kind) != IsRelease(right.kind)) return IsRelease(right.kind);
  return a > b;
}

bool ThreadMerge::Next(RawRecord& record, std::size_t& thread) {
  if (heap_.empty()) return false;
  const auto later = [this](std::size_t a, std::size_t b) { return Later(a, b); };
  thread = heap_.front();
  record = streams_[thread].head();
  over_ = !streams_[thread].Advance();
  // The only runners-up of a heap lie right below its top.
  const bool stays = !over_ && (heap_.size() < 2 || !later(heap_[0], heap_[1])) &&
                     (heap_.size() < 3 || !later(heap_[0], heap_[2]));
  if (stays) return true;
  // pop_heap compares only what is below the top, so the changed head does no harm.
  std::ranges::pop_heap(heap_, later);
  if (over_) {
    heap_.pop_back();
  } else {
    std::ranges::push_heap(heap_, later);
  }
  return true;
}

}  // namespace alloclab::recorder
