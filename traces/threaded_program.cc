#include "traces/threaded_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "traces/event_kind.h"
#include "traces/live_table.h"
#include "traces/metadata.h"
#include "traces/new_block.h"

namespace alloclab {
namespace {

constexpr std::uint32_t kSlotsPerLine = 64 / sizeof(void*);
constexpr std::uint64_t kEmpty = UINT64_MAX;

// Where a live block is, and which operation made it.
struct Place {
  std::uint32_t slot_and_one = 0;  // 0: not live
  std::uint32_t thread = 0;
  std::uint32_t operation = 0;  // within the thread
  std::uint64_t size = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

class Builder {
 public:
  // `clock_hz` is that of the times to be kept, or 0.
  explicit Builder(std::uint64_t clock_hz) : clock_hz_(clock_hz) {}

  // False when the event cannot be; Why() is then the end of a sentence about it.
  bool Add(const Event& event) {
    if (event.thread >= kMaxThreads) {
      throw TraceError(
          fmt::format("the trace has a thread {}, and at most {} can be replayed side by side; "
                      "replay it in serial order",
                      event.thread, kMaxThreads));
    }
    if (event.thread >= threads_.size()) threads_.resize(event.thread + 1);
    if (event.time != 0 && clock_hz_ != 0) PauseBefore(event);
    if (TraitsOf(event.kind).role == EventRole::kNotice || event.failed) {
      return event.ref == kNoAllocation || blocks_.Find(event.ref) != nullptr;
    }
    if (!EndsAllocation(event)) return Make(event);
    const Place ended = blocks_.Take(event.ref);
    if (ended == Place{}) return false;
    AwaitMaker(event.thread, ended);
    live_bytes_ -= LiveBytes(ended.size);
    --live_blocks_;
    if (MakesAllocation(event)) {
      // In the same slot, which is this thread's from now on.
      Emit(event.thread, ended.slot_and_one - 1, OpKind::kRealloc, 0, RequestedBytes(event));
      return true;
    }
    const std::uint32_t slot = ended.slot_and_one - 1;
    sizes_[slot] = kEmpty;
    threads_[event.thread].free_slots.push_back(slot);
    Push(event.thread, {slot, OpKind::kFree, 0, 0, ended.size});
    return true;
  }
  bool has_times() const { return has_times_; }
  std::string Why() const { return why_.empty() ? "names an allocation which is not live" : why_; }

  ThreadedProgram Finish() {
    for (Thread& thread : threads_) program_.threads.push_back(std::move(thread.ops));
    for (std::uint32_t slot = 0; slot < next_slot_; ++slot) {
      if (sizes_[slot] != kEmpty) {
        program_.tail.push_back({slot, OpKind::kFree, 0, 0, sizes_[slot]});
      }
    }
    program_.slots = next_slot_;
    return std::move(program_);
  }

 private:
  struct Thread {
    Ops ops;
    std::vector<std::uint32_t> free_slots;  // the last one given back is taken first
    // For each thread that was waited for: how many of its operations are known to be done.
    std::unordered_map<std::uint32_t, std::uint32_t> known;
    std::uint64_t paused_until = 0;  // nanoseconds after the start
  };

  bool Make(const Event& event) {
    NewBlock block;
    if (!NewBlockOf(event, block, why_)) return false;
    Emit(event.thread, TakeSlot(event.thread), block.kind, block.alignment_log2, block.size);
    return true;
  }

  // An operation that makes the next allocation.
  void Emit(std::uint32_t thread, std::uint32_t slot, OpKind kind, std::uint8_t alignment_log2,
            std::uint64_t size) {
    const auto operation = static_cast<std::uint32_t>(threads_[thread].ops.size());
    blocks_.Insert({slot + 1, thread, operation, size});
    sizes_[slot] = size;
    Push(thread, {slot, kind, alignment_log2, 0, size});
    live_bytes_ += LiveBytes(size);
    program_.bytes_requested += LiveBytes(size);
    program_.live_bytes_peak = std::max(program_.live_bytes_peak, live_bytes_);
    program_.live_blocks_peak = std::max(program_.live_blocks_peak, ++live_blocks_);
  }

  void Push(std::uint32_t thread, const Op& op) {
    Ops& ops = threads_[thread].ops;
    // A count of operations done must fit in 32 bits, which is what a thread can wait for.
    if (ops.size() == UINT32_MAX) {
      throw TraceError(
          fmt::format("thread {} of the trace has 2^32 operations; replay a part of it", thread));
    }
    ops.push_back(op);
    program_.calls += op.kind < OpKind::kWait ? 1 : 0;
  }

  // Also before events that are no calls: they, too, happened when they did.
  void PauseBefore(const Event& event) {
    has_times_ = true;
    if (first_time_ == 0) first_time_ = event.time;
    if (event.time < first_time_) return;
    const auto ticks = static_cast<long double>(event.time - first_time_);
    const long double ns = ticks * 1e9L / static_cast<long double>(clock_hz_);
    Thread& thread = threads_[event.thread];
    if (ns < static_cast<long double>(thread.paused_until) + kShortestPauseNs || ns > 0x1p62L) {
      return;
    }
    thread.paused_until = static_cast<std::uint64_t>(ns);
    Push(event.thread, {0, OpKind::kPause, 0, 0, thread.paused_until});
  }

  // Before `thread` touches a block of another: a wait, unless enough of that one is known.
  void AwaitMaker(std::uint32_t thread, const Place& place) {
    if (place.thread == thread) return;
    ++program_.foreign_ends;
    const std::uint32_t needed = place.operation + 1;
    std::uint32_t& known = threads_[thread].known[place.thread];
    if (known >= needed) return;
    known = needed;
    threads_[place.thread].ops[place.operation].awaited = 1;
    Push(thread, {place.thread, OpKind::kWait, 0, 0, needed});
    ++program_.waits;
  }

  std::uint32_t TakeSlot(std::uint32_t thread) {
    std::vector<std::uint32_t>& free_slots = threads_[thread].free_slots;
    if (free_slots.empty()) {
      if (next_slot_ > UINT32_MAX - 2 * kSlotsPerLine) {
        throw TraceError("the trace needs 2^32 slots; replay a part of it");
      }
      for (std::uint32_t i = kSlotsPerLine; i-- > 0;) free_slots.push_back(next_slot_ + i);
      next_slot_ += kSlotsPerLine;
      sizes_.resize(next_slot_, kEmpty);
    }
    const std::uint32_t slot = free_slots.back();
    free_slots.pop_back();
    return slot;
  }

  ThreadedProgram program_;
  std::vector<Thread> threads_{1};
  LiveTable<Place> blocks_;
  std::uint32_t next_slot_ = 0;
  std::vector<std::uint64_t> sizes_;  // of the live blocks by slot
  std::uint64_t live_bytes_ = 0;
  std::uint64_t live_blocks_ = 0;
  std::string why_;
  const std::uint64_t clock_hz_;
  std::uint64_t first_time_ = 0;
  bool has_times_ = false;
};

}  // namespace

ThreadedProgram DecodeThreadedProgram(TraceReader& reader, KeepTimes times) {
  const bool keep = times == KeepTimes::kYes;
  Builder builder(keep ? FactsFromMetadata("the trace", reader.metadata()).clock_hz : 0);
  std::uint64_t number = 0;
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    for (const Event& event : batch) {
      if (!builder.Add(event)) {
        throw TraceError(
            fmt::format("event {} of the trace {}; correct or remove it", number, builder.Why()));
      }
      ++number;
    }
  }
  if (keep && !builder.has_times()) {
    throw TraceError(
        "the trace has no times to keep; record it with --times, or replay it with --mode "
        "partial-order");
  }
  return builder.Finish();
}

}  // namespace alloclab
