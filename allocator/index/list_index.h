// ListIndex<Order, Fit>: all free blocks on one list. The order says where a freed block goes, the
// fit where a search begins; the classic sequential fits are combinations of the two.
//
// Find is O(free blocks); Insert costs what the order does; Remove and Replace are O(1).

#ifndef ALLOCLAB_ALLOCATOR_INDEX_LIST_INDEX_H_
#define ALLOCLAB_ALLOCATOR_INDEX_LIST_INDEX_H_

#include <type_traits>

#include "allocator/index/free_index.h"
#include "allocator/index/free_list.h"
#include "allocator/index/list_fit.h"
#include "allocator/index/list_order.h"

namespace alloclab {

template <class Order, class Fit>
class ListIndex {
 public:
  static constexpr Placement kPlacement =
      std::is_same_v<Order, AddressOrder> && std::is_same_v<Fit, FromFront> ? Placement::kLowest
                                                                            : Placement::kUnstated;

  TaggedBlock* Find(std::size_t bytes) noexcept { return fit_.Find(list_, bytes, visited_); }

  void Insert(TaggedBlock* block) noexcept {
    list_.InsertAfter(Order::Before(list_, block), block);
  }
  void Remove(TaggedBlock* block) noexcept {
    fit_.Moved(block, nullptr);
    list_.Unlink(block);
  }
  // What replaces a block takes its place: a remainder was not freed now, and by address it lies
  // between the same neighbours.
  void Replace(TaggedBlock* old, TaggedBlock* now, std::size_t) noexcept {
    fit_.Moved(old, now);
    list_.Replace(old, now);
  }

  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    list_.ForEach(visit);
  }

  Verdict Check() const noexcept {
    if (const Verdict links = list_.Check(); !links.ok()) return links;
    if (const Verdict order = Order::Check(list_); !order.ok()) return order;
    return fit_.Check(list_);
  }

  std::uint64_t blocks_visited() const noexcept { return visited_; }

 private:
  FreeList list_;
  [[no_unique_address]] Fit fit_;
  std::uint64_t visited_ = 0;
};
static_assert(FreeIndex<ListIndex<LifoOrder, FromFront>>);
static_assert(FreeIndex<ListIndex<AddressOrder, FromFront>>);
static_assert(FreeIndex<ListIndex<AddressOrder, FromRover>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_LIST_INDEX_H_
