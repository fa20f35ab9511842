// What a generator speaks to: calls in, events out, numbered as a trace numbers them.
//
// The emitter remembers nothing but the next number, so the memory of a generator is what it keeps
// itself: the blocks that it still has to free.

#ifndef ALLOCLAB_TRACES_GENERATORS_EMITTER_H_
#define ALLOCLAB_TRACES_GENERATORS_EMITTER_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "traces/event.h"

namespace alloclab::generators {

// The number of an allocation.
using Id = std::uint64_t;

class Emitter {
 public:
  using Sink = std::function<void(const Event&)>;

  explicit Emitter(Sink sink) : sink_(std::move(sink)) {}

  Id Malloc(std::uint64_t size, std::uint32_t thread = 0) {
    return Make({.kind = EventKind::kMalloc, .thread = thread, .size = size});
  }
  Id Aligned(EventKind kind, std::uint64_t alignment, std::uint64_t size) {
    return Make({.kind = kind, .size = size, .alignment = alignment});
  }
  // `size` is not 0: the block lives on, under a new number.
  Id Realloc(Id block, std::uint64_t size) {
    return Make({.kind = EventKind::kRealloc, .ref = block, .size = size});
  }
  void Free(Id block, std::uint32_t thread = 0) {
    Send({.kind = EventKind::kFree, .thread = thread, .ref = block});
  }
  void Marker(std::uint64_t number) { Send({.kind = EventKind::kMarker, .size = number}); }
  void ThreadStart(std::uint32_t thread) {
    Send({.kind = EventKind::kThreadStart, .thread = thread});
  }
  void ThreadEnd(std::uint32_t thread) { Send({.kind = EventKind::kThreadEnd, .thread = thread}); }

  // Any call that makes an allocation; gives it its number.
  Id Make(Event event) {
    event.id = next_++;
    Send(event);
    return event.id;
  }
  void Send(const Event& event) {
    ++events_;
    sink_(event);
  }

  std::uint64_t events() const { return events_; }
  std::uint64_t allocations() const { return next_; }

 private:
  Sink sink_;
  Id next_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_EMITTER_H_
