// What is known about each live allocation, by its number: a sparse array in pages.
//
// Numbers grow by one with every allocation, so neighbours in time are neighbours in memory and the
// common case (a block freed soon after it was made) touches a page that is in cache, which a hash
// table cannot offer. A page whose allocations have all died is used again, so memory follows the
// live set, by pages: at worst one page (kPageEntries values) per live allocation, and one pointer
// for every kPageEntries numbers ever given out.
//
// A value equal to Value{} means "not live", so no separate bitmap is needed. Invariant: a page on
// the spare list holds nothing but Value{}, because a page gets there only when its last live value
// has been taken out; so a spare page needs no clearing.

#ifndef ALLOCLAB_TRACES_LIVE_TABLE_H_
#define ALLOCLAB_TRACES_LIVE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace alloclab {

template <class Value>
class LiveTable {
 public:
  // Makes `id` live. Ids come in growing order; `value` is not Value{}. Amortised O(1).
  void Insert(std::uint64_t id, const Value& value) {
    const std::size_t number = static_cast<std::size_t>(id / kPageEntries);
    if (number >= pages_.size() || pages_[number].values == nullptr) [[unlikely]]
      AddPage(number);
    Page& page = pages_[number];
    page.values[id % kPageEntries] = value;
    ++page.live;
  }

  // The value of a live allocation, or null. Any id may be asked for. O(1).
  Value* Find(std::uint64_t id) {
    const std::uint64_t number = id / kPageEntries;
    if (number >= pages_.size()) return nullptr;
    const Page& page = pages_[static_cast<std::size_t>(number)];
    if (page.values == nullptr) return nullptr;
    Value& value = page.values[id % kPageEntries];
    return value == Value{} ? nullptr : &value;
  }

  // Ends `id` and returns its value, or Value{} when it was not live. O(1).
  [[gnu::always_inline]] Value Take(std::uint64_t id) {
    const std::uint64_t number = id / kPageEntries;
    if (number >= pages_.size()) [[unlikely]]
      return Value{};
    Page& page = pages_[static_cast<std::size_t>(number)];
    if (page.values == nullptr) [[unlikely]]
      return Value{};
    const Value value = std::exchange(page.values[id % kPageEntries], Value{});
    if (value == Value{}) [[unlikely]]
      return value;
    if (--page.live == 0) [[unlikely]]
      Retire(page);
    return value;
  }

 private:
  static constexpr std::size_t kPageEntries = 1024;
  using Values = std::unique_ptr<Value[]>;
  // The count stands beside the pointer, which every access reads: ending an allocation made long
  // ago misses the cache once, not twice.
  struct Page {
    Values values;
    std::size_t live = 0;
  };

  [[gnu::noinline]] void Retire(Page& page) { spare_.push_back(std::move(page.values)); }

  [[gnu::noinline]] void AddPage(std::size_t number) {
    if (number >= pages_.size()) pages_.resize(number + 1);
    if (spare_.empty()) {
      pages_[number].values = std::make_unique<Value[]>(kPageEntries);
    } else {
      pages_[number].values = std::move(spare_.back());
      spare_.pop_back();
    }
  }

  std::vector<Page> pages_;
  std::vector<Values> spare_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_LIVE_TABLE_H_
