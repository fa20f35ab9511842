// Runs a case on a heap that several threads use, under a strategy, and holds it against a shadow.
//
// The shadow (allocator/shadow.h) is outside of scheduling: what it notes belongs to the step in
// which it is noted. A block is live from the end of the call that made it to the beginning of the
// call that frees it, so calls that overlap in time are never blamed for what either order of them
// would allow. What is checked:
//   - at each event: no block is handed out while it is live; alignment; every byte of every live
//     block. A resize may keep the block only to make it larger; smaller, or elsewhere, is an
//     allocation and a free.
//   - when all threads have come to their ends, by one more thread: every byte outside the arena,
//     and the heap's walk and index against what is live; then it frees the rest, and nothing may
//     be held.
//   - that all come to their ends: "deadlock", "livelock"; and "lock" for one that is let go by who
//     does not have it.
//
// How events are read: a call that gets null leaves its allocation null. marker k makes the page
// source refuse the next k requests. thread_end is LeaveThread(), where the heap has it, which each
// thread also does after its last event; what comes after it begins anew. An event whose block is
// not made yet waits. Events marked failed are called all the same, and freed. Others are passed
// over.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_THREADED_RUN_H_
#define ALLOCLAB_FUZZ_SCHEDULE_THREADED_RUN_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "allocator/allocator.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/failing_pages.h"
#include "allocator/shadow.h"
#include "fuzz/schedule/scheduled_pages.h"
#include "fuzz/schedule/scheduler.h"
#include "traces/checked/arena.h"
#include "traces/event.h"
#include "traces/event_kind.h"

namespace alloclab {

using PointedPages = ScheduledPages<FailingPages<BufferPages>>;

struct ThreadedResult {
  std::string verdict;  // the name of a rule, "deadlock", "livelock", "lock"; empty: none
  std::string text;     // a sentence
  // The event after which it was seen, from 1; 0 where that was none, or all threads had ended.
  std::uint64_t event = 0;
  bool given_up = false;  // by the strategy: nothing is known
};

template <class Heap>
class ThreadedRun {
 public:
  // `arena` is as long as it is to be, and reset.
  ThreadedRun(std::span<const Event> events, const Arena& arena)
      : events_(events), arena_(&arena), parts_(std::make_unique<Parts>(arena.bytes())) {
    std::uint64_t allocations = 0;
    for (const Event& event : events) {
      threads_ = std::max(threads_, event.thread + 1);
      if (event.id != kNoAllocation) allocations = std::max(allocations, event.id + 1);
    }
    made_.resize(static_cast<std::size_t>(allocations));
  }
  ThreadedRun(const ThreadedRun&) = delete;
  ThreadedRun& operator=(const ThreadedRun&) = delete;

  ThreadedResult Run(Scheduler& scheduler, Strategy& strategy, const RunLimits& limits = {}) {
    scheduler_ = &scheduler;
    std::vector<Scheduler::Task> tasks;
    for (std::uint32_t t = 0; t < threads_; ++t) tasks.emplace_back([this, t] { RunThread(t); });
    tasks.emplace_back([this] { LookAtTheEnd(); });
    const RunEnd end = scheduler.Run(tasks, strategy, limits);
    ThreadedResult result;
    switch (end) {
      case RunEnd::kDone:
        return result;
      case RunEnd::kGivenUp:
        result.given_up = true;
        break;
      case RunEnd::kDeadlock:
        result = {"deadlock", "nobody can go on, and not all have come to their ends", event_};
        break;
      case RunEnd::kLivelock:
        result = {"livelock", "not over after " + std::to_string(limits.steps) + " steps", event_};
        break;
      case RunEnd::kStopped:
        if (const Violation* violation = shadow_.violation()) {
          result = {std::string(RuleName(violation->rule)), violation->text, event_};
        } else {
          result = {"lock", scheduler.reason(), event_};
        }
    }
    // Its destructor would trust what is broken, or half done. All that it holds is the arena's.
    parts_->heap_is_abandoned = true;
    return result;
  }

 private:
  struct Made {
    bool done = false;
    void* block = nullptr;  // null where there is none, or it has ended
    std::size_t bytes = 0;  // asked for
  };

  struct Parts {
    explicit Parts(std::span<std::byte> bytes) : pages(bytes), heap(new(memory) Heap(pages)) {}
    ~Parts() {
      if (!heap_is_abandoned) heap->~Heap();
    }
    PointedPages pages;
    alignas(Heap) std::byte memory[sizeof(Heap)];
    Heap* heap;
    bool heap_is_abandoned = false;
  };

  Heap& heap() { return *parts_->heap; }

  void RunThread(std::uint32_t thread) {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (events_[i].thread != thread) continue;
      RunEvent(events_[i], i + 1);
      shadow_.CheckContents();
      StopIfBroken(i + 1);
    }
    Leave();
    ++ended_;
  }

  void RunEvent(const Event& event, std::uint64_t number) {
    shadow_.NextOperation();
    const EventRole role = TraitsOf(event.kind).role;
    if (event.kind == EventKind::kMarker) {
      parts_->pages.Refuse(event.size);
    } else if (event.kind == EventKind::kThreadEnd) {
      Leave();
    } else if (event.kind == EventKind::kFreeNull) {
      heap().Free(nullptr);
    } else if (role == EventRole::kFrees) {
      WaitFor(event.ref);
      Free(std::exchange(MadeBy(event.ref).block, nullptr));
    } else if (role == EventRole::kMakes) {
      Finish(event, Make(event), number);
    } else if (role == EventRole::kResizes) {
      Resize(event, number);
    }
  }

  Made& MadeBy(std::uint64_t id) { return made_[static_cast<std::size_t>(id)]; }

  void WaitFor(std::uint64_t id) {
    Made& made = MadeBy(id);
    if (made.done) return;
    scheduler_->Await(
        {"wait for a block", &made},
        [](const void* m) { return static_cast<const Made*>(m)->done; }, &made);
  }

  void* Make(const Event& event) {
    const std::size_t n = Bytes(event);
    void* p = heap().Allocate(n);
    shadow_.Allocated(p, n, n, Heap::kAlignment);
    return p;
  }

  // Files what an event made.
  void Finish(const Event& event, void* p, std::uint64_t number) {
    StopIfBroken(number);
    if (event.id == kNoAllocation) return Free(p);
    MadeBy(event.id) = {true, p, Bytes(event)};
  }

  void Resize(const Event& event, std::uint64_t number) {
    if (event.ref == kNoAllocation) return Finish(event, Make(event), number);
    WaitFor(event.ref);
    Made& old = MadeBy(event.ref);
    void* p = std::exchange(old.block, nullptr);
    const std::size_t n = Bytes(event);
    if constexpr (ResizesInPlace<Heap>) {
      if (p != nullptr && n >= old.bytes && heap().TryResize(p, n)) {
        shadow_.Resized(p, p, n, n, Heap::kAlignment);
        return Finish(event, p, number);
      }
    }
    void* moved = n != 0 || p == nullptr ? Make(event) : nullptr;
    StopIfBroken(number);
    if (moved != nullptr || n == 0) {
      Free(p);
      return Finish(event, moved, number);
    }
    // Refused: the block stays, and goes by its new number.
    if (event.id == kNoAllocation) {
      old.block = p;
    } else {
      MadeBy(event.id) = {true, p, old.bytes};
    }
  }

  void Free(void* p) {
    if (p != nullptr) {
      if (!shadow_.Holds(p)) return;
      shadow_.CheckContents();
      shadow_.Forget(p);
    }
    heap().Free(p);
  }

  void Leave() {
    if constexpr (requires { heap().LeaveThread(); }) heap().LeaveThread();
  }

  static std::size_t Bytes(const Event& event) {
    return static_cast<std::size_t>(RequestedBytes(event));
  }

  void LookAtTheEnd() {
    scheduler_->Await({"all have ended", this}, &AllHaveEnded, this);
    event_ = 0;
    // What is still on its way home.
    Leave();
    LookAtTheHeap();
    StopIfBroken(0);
    for (Made& made : made_) {
      Free(std::exchange(made.block, nullptr));
      StopIfBroken(0);
    }
    Leave();
    LookAtTheHeap();
    const std::size_t held = parts_->pages.BytesHeld();
    if (kWalkable<Heap> && held > PointedPages::kRetainBytes) {
      shadow_.Break(Rule::kHeldWhenEmpty, nullptr,
                    "all blocks are free, but " + std::to_string(held) +
                        " bytes were not given back to the page source");
    }
    StopIfBroken(0);
  }

  static bool AllHaveEnded(const void* run) {
    const auto* self = static_cast<const ThreadedRun*>(run);
    return self->ended_ == self->threads_;
  }

  void LookAtTheHeap() {
    if (const std::byte* stray = arena_->FirstStrayWrite()) {
      shadow_.Break(Rule::kBounds, stray, "a byte outside of the arena was changed");
    }
    shadow_.CheckContents();
    const Verdict verdict = heap().CheckIndex();
    if (!verdict.ok()) shadow_.Break(Rule::kIndex, verdict.where, verdict.broken);
    if constexpr (kWalkable<Heap>) {
      asked_.clear();
      for (const Made& made : made_) asked_[made.block] = made.bytes;
      shadow_.BeginWalk(kMergesNeighbours<Heap>);
      heap().Walk([&](BlockView block) {
        // To the shadow the usable bytes are those that were asked for.
        const auto found = asked_.find(block.payload);
        if (found != asked_.end()) block.usable = std::min(block.usable, found->second);
        shadow_.Visit(block);
      });
      shadow_.EndWalk(parts_->pages.BytesHeld());
    }
  }

  void StopIfBroken(std::uint64_t number) {
    event_ = number;
    if (shadow_.violation() != nullptr) scheduler_->Stop("a rule is broken");
  }

  const std::span<const Event> events_;
  const Arena* arena_;
  std::unique_ptr<Parts> parts_;
  Scheduler* scheduler_ = nullptr;
  std::uint32_t threads_ = 1;
  std::uint32_t ended_ = 0;
  std::vector<Made> made_;
  Shadow shadow_;
  std::map<const void*, std::size_t> asked_;  // of live blocks; not on a stack that may be given up
  std::uint64_t event_ = 0;
};

// Over `arena`, which is made `bytes` long first.
template <class Heap>
ThreadedResult RunThreaded(std::span<const Event> events, Arena& arena, std::size_t bytes,
                           Scheduler& scheduler, Strategy& strategy, const RunLimits& limits = {}) {
  arena.Reset(bytes);
  return ThreadedRun<Heap>(events, arena).Run(scheduler, strategy, limits);
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_THREADED_RUN_H_
