// What is known of the live allocations at some point of a trace: enough to make each of them anew.

#ifndef ALLOCLAB_TRACES_SURVIVORS_H_
#define ALLOCLAB_TRACES_SURVIVORS_H_

#include <cstdint>

#include "traces/event.h"
#include "traces/resumed_table.h"

namespace alloclab {

struct Survivor {
  std::uint64_t size_and_one = 0;  // bytes asked for; 0: not live
  std::uint64_t alignment = 0;     // 0: none was named
  std::uint32_t thread = 0;        // that made it

  std::uint64_t size() const { return size_and_one - 1; }
  friend bool operator==(const Survivor&, const Survivor&) = default;
};

class Survivors {
 public:
  using Rows = ResumedTable<Survivor>::Rows;

  // Forgets everything; the next allocation is `next_id`, and `live` are those that live.
  void Resume(std::uint64_t next_id, Rows live);
  // What comes next: an event that can happen, its id filled in. O(1).
  void Follow(const Event& event);
  // The number that the next allocation gets.
  std::uint64_t next_id() const { return next_id_; }
  // Calls visit(id, survivor) by rising number.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    table_.ForEach(visit);
  }

 private:
  std::uint64_t next_id_ = 0;
  ResumedTable<Survivor> table_;
};

// The event that makes it again: malloc, or memalign where it had an alignment.
Event MakeAgain(const Survivor& survivor);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SURVIVORS_H_
