#include "traces/recorder/image_merge.h"

#include <algorithm>
#include <utility>

#include "traces/event_kind.h"

namespace alloclab::recorder {
namespace {

// The event of an allocating record, but for its thread.
Event AllocationEvent(const RawRecord& record) {
  Event event;
  event.size = record.size;
  switch (record.kind) {
    case RecordKind::kCalloc:
      event.kind = EventKind::kCalloc;
      event.count = record.extra;
      break;
    case RecordKind::kReallocEnd:
      event.kind = EventKind::kRealloc;
      break;
    case RecordKind::kReallocArray:
      event.kind = EventKind::kReallocArray;
      event.count = record.extra;
      break;
    case RecordKind::kMemalign:
      event.kind = EventKind::kMemalign;
      event.alignment = record.extra;
      break;
    case RecordKind::kAlignedAlloc:
      event.kind = EventKind::kAlignedAlloc;
      event.alignment = record.extra;
      break;
    case RecordKind::kPosixMemalign:
      event.kind = EventKind::kPosixMemalign;
      event.alignment = record.extra;
      break;
    case RecordKind::kValloc:
      event.kind = EventKind::kValloc;
      break;
    case RecordKind::kPvalloc:
      event.kind = EventKind::kPvalloc;
      break;
    default:
      event.kind = EventKind::kMalloc;
      break;
  }
  return event;
}

// Bytes asked for; all bits set when that does not fit, which only a failed call can ask.
std::uint64_t TotalBytes(const Event& event) {
  std::uint64_t bytes = 0;
  return __builtin_mul_overflow(event.size, event.count, &bytes) ? UINT64_MAX : bytes;
}

}  // namespace

ImageMerge::ImageMerge(const RawImage& image, LiveBlocks inherited, CallSites& sites,
                       TraceWriter* writer, ForkVisitor visit_fork, std::uint64_t time_step)
    : records_(image),
      live_(std::move(inherited)),
      sites_(sites),
      writer_(writer),
      visit_fork_(std::move(visit_fork)),
      time_step_(time_step),
      threads_(image.threads().size()) {}

MergeCounts ImageMerge::Run() {
  AddInherited();
  RawRecord record;
  std::size_t thread = 0;
  while (records_.Next(record, thread)) {
    // Never 0, which would say that nothing is known.
    if (time_step_ != 0) time_ = std::max(time_step_, record.stamp & ~(time_step_ - 1));
    Take(record, thread);
    // The C library may free on behalf of a thread even after the thread's end was noted.
    if (threads_[thread].ended && records_.ThreadIsOver()) {
      Emit({.kind = EventKind::kThreadEnd, .thread = threads_[thread].number});
    }
  }
  return counts_;
}

// A forked child owns what its parent had: its trace makes those blocks first, in their order.
void ImageMerge::AddInherited() {
  if (live_.size() == 0) return;
  Emit({.kind = EventKind::kThreadStart, .thread = 0});
  first_start_emitted_ = true;
  const std::vector<LiveBlock> blocks = live_.ByAge();
  counts_.inherited = blocks.size();
  live_ = {};
  for (const LiveBlock& block : blocks) {
    const EventKind kind = block.alignment == 0 ? EventKind::kMalloc : EventKind::kMemalign;
    EmitAllocation({.kind = kind, .size = block.size, .alignment = block.alignment}, block.address);
  }
}

void ImageMerge::StartThread(Thread& thread) {
  thread.started = true;
  thread.number = threads_started_++;
  if (thread.number == 0 && first_start_emitted_) return;
  Emit({.kind = EventKind::kThreadStart, .thread = thread.number});
}

void ImageMerge::Take(const RawRecord& record, std::size_t thread_index) {
  Thread& thread = threads_[thread_index];
  if (!thread.started) StartThread(thread);
  switch (record.kind) {
    case RecordKind::kThreadStart:
    case RecordKind::kThreadResume:
    case RecordKind::kNone:
      return;
    case RecordKind::kThreadEnd:
      thread.ended = true;
      return;
    case RecordKind::kFork:
      return Fork(record, thread.number);
    case RecordKind::kFree:
      return Free(record, thread.number);
    case RecordKind::kReallocBegin:
      return BeginRealloc(record.address, thread);
    case RecordKind::kSite:
      thread.site = sites_.Take(record.frames, record.stamp);
      return;
    default:
      break;
  }
  Event event = AllocationEvent(record);
  event.thread = thread.number;
  event.site = std::exchange(thread.site, 0);
  if (record.kind == RecordKind::kReallocEnd || record.kind == RecordKind::kReallocArray) {
    return EndRealloc(event, record.address, thread);
  }
  event.failed = record.address == 0;
  EmitAllocation(event, record.address);
}

void ImageMerge::Emit(Event event) {
  ++counts_.events;
  event.time = time_;
  if (EndsAllocation(event) || MakesAllocation(event)) {
    counts_.live_curve.Add(live_.bytes() + pending_bytes_);
  }
  if (writer_ != nullptr) writer_->Add(event);
}

// Emits the event, which makes a block unless `address` is 0.
void ImageMerge::EmitAllocation(Event event, std::uint64_t address) {
  if (address == 0) return Emit(event);
  if (const LiveBlock* old = live_.Find(address)) {
    ++counts_.inversions;
    EndBlock(*old, event.thread);
  }
  event.id = next_id_++;
  live_.Insert({address, event.id, TotalBytes(event), event.alignment});
  Emit(event);
}

// By value: erasing it moves what a pointer into the table would see.
void ImageMerge::EndBlock(LiveBlock block, std::uint32_t thread) {
  live_.Erase(block.address);
  Emit({.kind = EventKind::kFree, .thread = thread, .ref = block.id});
}

void ImageMerge::Free(const RawRecord& record, std::uint32_t thread) {
  if (record.address == 0) return Emit({.kind = EventKind::kFreeNull, .thread = thread});
  if (const LiveBlock* block = live_.Find(record.address)) return EndBlock(*block, thread);
  ++counts_.unmatched_frees;
}

void ImageMerge::BeginRealloc(std::uint64_t address, Thread& thread) {
  if (thread.pending.begun) {
    ++counts_.broken_reallocs;
    RestorePending(thread);
  }
  const LiveBlock* block = live_.Find(address);
  thread.pending = {.begun = true, .matched = block != nullptr, .old = {}};
  if (block == nullptr) {
    ++counts_.unmatched_reallocs;
    return;
  }
  thread.pending.old = *block;
  pending_bytes_ += block->size;
  live_.Erase(address);
}

void ImageMerge::EndRealloc(Event event, std::uint64_t address, Thread& thread) {
  if (thread.pending.begun && thread.pending.matched) event.ref = thread.pending.old.id;
  // realloc(p, 0) may free p and return NULL; every other NULL is a failure.
  const bool freed = thread.pending.begun && address == 0 && TotalBytes(event) == 0;
  event.failed = address == 0 && !freed;
  if (event.failed) {
    RestorePending(thread);
  } else if (event.ref != kNoAllocation) {
    pending_bytes_ -= thread.pending.old.size;
  }
  thread.pending = {};
  if (address != 0 && event.ref != kNoAllocation && TotalBytes(event) == 0) {
    // Some allocators answer realloc(p, 0) with a new block. In a trace that call only frees; one
    // that made a block has size 1.
    event.size = 1;
    event.count = 1;
  }
  EmitAllocation(event, address);
}

// The old block of a realloc that did not happen lives on.
void ImageMerge::RestorePending(Thread& thread) {
  const Pending& pending = thread.pending;
  if (!pending.begun || !pending.matched) return;
  if (const LiveBlock* usurper = live_.Find(pending.old.address)) {
    ++counts_.inversions;
    EndBlock(*usurper, thread.number);
  }
  pending_bytes_ -= pending.old.size;
  live_.Insert(pending.old);
}

void ImageMerge::Fork(const RawRecord& record, std::uint32_t thread) {
  if (record.address == 0) return;  // fork failed
  Emit({.kind = EventKind::kFork, .thread = thread, .count = record.address});
  // The raw stamp, not the one moved by program order, is what the child knows.
  if (visit_fork_) visit_fork_(record.size, live_);
}

}  // namespace alloclab::recorder
