// A LiveTable whose numbers need not begin at 0: what was live before them stands in a map beside
// it. For readers that begin in the middle of a trace.

#ifndef ALLOCLAB_TRACES_RESUMED_TABLE_H_
#define ALLOCLAB_TRACES_RESUMED_TABLE_H_

#include <cstdint>
#include <map>

#include "traces/live_table.h"

namespace alloclab {

// As LiveTable; values older than the first number cost O(log of how many there were).
template <class Value>
class ResumedTable {
 public:
  // Forgets everything. The next number is `first`, and `older`, all below it, are live.
  void Resume(std::uint64_t first, std::map<std::uint64_t, Value> older) {
    table_ = {};
    first_ = first;
    older_ = std::move(older);
  }

  void Insert(const Value& value) { table_.Insert(value); }

  // The value of a live allocation, or null. Any id may be asked for.
  Value* Find(std::uint64_t id) {
    if (id >= first_) [[likely]]
      return table_.Find(id - first_);
    const auto found = older_.find(id);
    return found == older_.end() ? nullptr : &found->second;
  }

  // Ends `id` and returns its value, or Value{} when it was not live.
  Value Take(std::uint64_t id) {
    if (id >= first_) [[likely]]
      return table_.Take(id - first_);
    const auto taken = older_.extract(id);
    return taken.empty() ? Value{} : taken.mapped();
  }

  // Calls visit(id, value) for every live allocation, by rising number.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (const auto& [id, value] : older_) visit(id, value);
    table_.ForEach([&](std::uint64_t id, const Value& value) { visit(first_ + id, value); });
  }

 private:
  std::uint64_t first_ = 0;
  std::map<std::uint64_t, Value> older_;
  LiveTable<Value> table_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_RESUMED_TABLE_H_
