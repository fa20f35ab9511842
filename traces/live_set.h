// The rules of numbering, kept in one place for every reader and writer: gives each allocation its
// number, and refuses an event that names an allocation which is not live.

#ifndef ALLOCLAB_TRACES_LIVE_SET_H_
#define ALLOCLAB_TRACES_LIVE_SET_H_

#include <cstdint>
#include <string>

#include "traces/event.h"
#include "traces/resumed_table.h"
#include "traces/survivors.h"

namespace alloclab {

class LiveSet {
 public:
  // Fills in event.id and brings the set up to date. Returns an empty string, or (with nothing
  // changed) why the event cannot happen here, as the end of a sentence. O(1).
  std::string Apply(Event& event);

  // Forgets everything; the next allocation is `next_id`, and `live` are those that live.
  void Resume(std::uint64_t next_id, const Survivors::Rows& live);

  std::uint64_t next_id() const { return next_id_; }
  std::uint64_t objects() const { return objects_; }
  // Sum of LiveBytes (event_kind.h) over the set, modulo 2^64.
  std::uint64_t bytes() const { return bytes_; }

 private:
  // Live bytes of each allocation plus one, since 0 means "not live" there.
  ResumedTable<std::uint64_t> table_;
  std::uint64_t next_id_ = 0;
  std::uint64_t objects_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_LIVE_SET_H_
