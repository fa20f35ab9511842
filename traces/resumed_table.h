// A LiveTable whose numbers need not begin at 0: what was live before them stands in rows beside
// it. For readers that begin in the middle of a trace.

#ifndef ALLOCLAB_TRACES_RESUMED_TABLE_H_
#define ALLOCLAB_TRACES_RESUMED_TABLE_H_

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "traces/live_table.h"

namespace alloclab {

// As LiveTable; values older than the first number cost O(log of how many there were).
template <class Value>
class ResumedTable {
 public:
  // Numbers and their values, by rising number.
  using Rows = std::vector<std::pair<std::uint64_t, Value>>;

  // Forgets everything. The next number is `first`, and `older`, all below it, are live.
  void Resume(std::uint64_t first, Rows older) {
    table_ = {};
    first_ = first;
    older_ = std::move(older);
  }

  void Insert(const Value& value) { table_.Insert(value); }

  // The value of a live allocation, or null. Any id may be asked for.
  Value* Find(std::uint64_t id) {
    if (id >= first_) [[likely]]
      return table_.Find(id - first_);
    Value* value = FindOlder(id);
    return value == nullptr || *value == Value{} ? nullptr : value;
  }

  // Ends `id` and returns its value, or Value{} when it was not live.
  Value Take(std::uint64_t id) {
    if (id >= first_) [[likely]]
      return table_.Take(id - first_);
    Value* value = FindOlder(id);
    return value == nullptr ? Value{} : std::exchange(*value, Value{});
  }

  // Calls visit(id, value) for every live allocation, by rising number.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (const auto& [id, value] : older_) {
      if (value != Value{}) visit(id, value);
    }
    table_.ForEach([&](std::uint64_t id, const Value& value) { visit(first_ + id, value); });
  }

 private:
  // The value of its row, Value{} when it has died; null when it was not live.
  Value* FindOlder(std::uint64_t id) {
    const auto found =
        std::lower_bound(older_.begin(), older_.end(), id,
                         [](const auto& row, std::uint64_t to) { return row.first < to; });
    return found == older_.end() || found->first != id ? nullptr : &found->second;
  }

  std::uint64_t first_ = 0;
  Rows older_;
  LiveTable<Value> table_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_RESUMED_TABLE_H_
