// What is known about each live allocation, by its number: a sparse array in pages.
//
// Numbers grow by one with every allocation, so neighbours in time are neighbours in memory and the
// common case (a block freed soon after it was made) touches a page that is in cache, which a hash
// table cannot offer. A page whose allocations have all died is used again, so memory follows the
// live set, by pages: at worst one page (kPageEntries values) per live allocation, and one pointer
// for every kPageEntries numbers ever given out.
//
// A value equal to Value{} means "not live", so no separate bitmap is needed. Invariants: a page on
// the spare list holds nothing but Value{}, because a page gets there only when its last live value
// has been taken out; so a spare page needs no clearing. A page counts the numbers it has still to
// see die, those that are yet to be given out among them, so that making one live counts nothing.

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
  static constexpr std::size_t kPageEntries = 1024;
  using Values = std::unique_ptr<Value[]>;
  // The count stands beside the pointer, which every access reads: ending an allocation made long
  // ago misses the cache once, not twice.
  struct Page {
    Values values;
    std::size_t left = kPageEntries;
  };

 public:
  // What the two frequent calls touch. A loop copies it into a variable of its own and gives it
  // back before it calls the table again: the members of an object that others can reach are loaded
  // and stored at every call, which is half the time of decoding a trace.
  class Cursor {
   public:
    // Whether the next number is on no page yet.
    bool full() const { return next_ == end_; }
    // Makes the next number live; not when full(). `value` is not Value{}.
    [[gnu::always_inline]] void Insert(const Value& value) { *next_++ = value; }
    // Ends `id` and returns its value, or Value{} when it was not live. When it was the last of its
    // page, `emptied` becomes true, and Retire(id) is due before the next call.
    [[gnu::always_inline]] Value Take(std::uint64_t id, bool& emptied) {
      Page* page = PageOf(id);
      if (page == nullptr) [[unlikely]]
        return Value{};
      const Value value = std::exchange(page->values[id % kPageEntries], Value{});
      if (value == Value{}) [[unlikely]]
        return value;
      emptied = --page->left == 0;
      return value;
    }
    [[gnu::always_inline]] Page* PageOf(std::uint64_t id) const {
      const std::uint64_t number = id / kPageEntries;
      if (number >= count_ || pages_[number].values == nullptr) [[unlikely]]
        return nullptr;
      return pages_ + number;
    }

   private:
    friend class LiveTable;
    Value* next_ = nullptr;
    Value* end_ = nullptr;
    Page* pages_ = nullptr;
    std::size_t count_ = 0;
  };

  // Makes the next number live; the first is 0. `value` is not Value{}. Amortised O(1).
  void Insert(const Value& value) {
    if (cursor_.full()) AddPage();
    cursor_.Insert(value);
  }

  // The value of a live allocation, or null. Any id may be asked for. O(1).
  Value* Find(std::uint64_t id) {
    const Page* page = cursor_.PageOf(id);
    if (page == nullptr) return nullptr;
    Value& value = page->values[id % kPageEntries];
    return value == Value{} ? nullptr : &value;
  }

  // Ends `id` and returns its value, or Value{} when it was not live. O(1).
  Value Take(std::uint64_t id) {
    bool emptied = false;
    const Value value = cursor_.Take(id, emptied);
    if (emptied) Retire(id);
    return value;
  }

  // Calls visit(id, value) for every live allocation, by rising number. O(pages).
  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      if (pages_[page].values == nullptr) continue;
      for (std::size_t i = 0; i < kPageEntries; ++i) {
        const Value& value = pages_[page].values[i];
        if (value != Value{}) visit(std::uint64_t{page} * kPageEntries + i, value);
      }
    }
  }

  // Keeps the page of `id`, whose last value has been taken, for new numbers.
  [[gnu::noinline]] void Retire(std::uint64_t id) {
    spare_.push_back(std::move(pages_[static_cast<std::size_t>(id / kPageEntries)].values));
  }

  const Cursor& cursor() const { return cursor_; }
  void GiveBack(const Cursor& cursor) { cursor_ = cursor; }

 private:
  [[gnu::noinline]] void AddPage() {
    Page page;
    if (spare_.empty()) {
      page.values = std::make_unique<Value[]>(kPageEntries);
    } else {
      page.values = std::move(spare_.back());
      spare_.pop_back();
    }
    cursor_.next_ = page.values.get();
    cursor_.end_ = cursor_.next_ + kPageEntries;
    pages_.push_back(std::move(page));
    cursor_.pages_ = pages_.data();
    cursor_.count_ = pages_.size();
  }

  Cursor cursor_;
  std::vector<Page> pages_;
  std::vector<Values> spare_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_LIVE_TABLE_H_
