// SizeTree: the free blocks in a search tree by (size, address), for best fit.
//
// The tree is a treap (Aragon and Seidel, "Randomized search trees", 1989): ordered by key from
// left to right and by priority from top to bottom, which makes its shape that of a tree built by
// random insertions, whatever the order of the real ones. The priority of a block is a hash of its
// address and so takes no room; with the two links a node fits into the smallest free block.
//
//     | tag | left | right | ............ | size |
//
// Invariants: an in-order walk gives strictly growing keys; no child has a higher priority than its
// parent. Find, Insert, Remove and Replace are O(log free blocks), expected; none recurses.

#ifndef ALLOCLAB_ALLOCATOR_INDEX_SIZE_TREE_H_
#define ALLOCLAB_ALLOCATOR_INDEX_SIZE_TREE_H_

#include <array>

#include "allocator/index/free_index.h"

namespace alloclab {

class SizeTree {
 public:
  static constexpr bool kBySize = true;
  static constexpr Placement kPlacement = Placement::kSmallest;

  // The smallest block that holds `bytes`, the lowest of several.
  TaggedBlock* Find(std::size_t bytes) noexcept {
    TaggedBlock* best = nullptr;
    for (TaggedBlock* block = root_; block != nullptr;) {
      ++visited_;
      const bool fits = block->size() >= bytes;
      if (fits) best = block;
      block = fits ? Left(block) : Right(block);
    }
    return best;
  }

  void Insert(TaggedBlock* block) noexcept { InsertSized(block, block->size()); }

  void Remove(TaggedBlock* block) noexcept {
    TaggedBlock** link = &root_;
    while (*link != block) link = Below(*link, block->size(), block) ? &Right(*link) : &Left(*link);
    *link = Join(Left(block), Right(block));
  }

  void Replace(TaggedBlock* old, TaggedBlock* now, std::size_t bytes) noexcept {
    Remove(old);
    InsertSized(now, bytes);
  }

  // In order of size, then address. A tree deeper than kMaxDepth, which only damage makes, is shown
  // in part.
  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    InOrder(visit);
  }

  Verdict Check() const noexcept {
    Verdict verdict;
    const TaggedBlock* before = nullptr;
    const bool whole = InOrder([&](const TaggedBlock* block) {
      if (block->used()) {
        verdict = {"a used block is in the size tree", block};
      } else if (before != nullptr && !Below(before, block->size(), block)) {
        verdict = {"the size tree is not in order", block};
      } else if (AboveChild(block, Left(block)) || AboveChild(block, Right(block))) {
        verdict = {"a block of the size tree is above one of higher priority", block};
      }
      before = block;
      return verdict.ok();
    });
    if (verdict.ok() && !whole) return {"the size tree is deeper than chance allows", root_};
    return verdict;
  }

  std::uint64_t blocks_visited() const noexcept { return visited_; }

 private:
  // A random tree of 2^32 nodes is deeper than this with a probability below 10^-30.
  static constexpr std::size_t kMaxDepth = 256;

  static TaggedBlock*& Left(TaggedBlock* block) { return block->next_free; }
  static TaggedBlock*& Right(TaggedBlock* block) { return block->prev_free; }
  static TaggedBlock* Left(const TaggedBlock* block) { return block->next_free; }
  static TaggedBlock* Right(const TaggedBlock* block) { return block->prev_free; }

  // The finaliser of splitmix64: a bijection, so no two blocks have the same priority.
  static std::uint64_t PriorityOf(const TaggedBlock* block) {
    auto x = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(block));
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }
  static bool AboveChild(const TaggedBlock* block, const TaggedBlock* child) {
    return child != nullptr && PriorityOf(child) > PriorityOf(block);
  }

  // Whether `block` of the tree comes before the key (bytes, address).
  static bool Below(const TaggedBlock* block, std::size_t bytes, const TaggedBlock* address) {
    return block->size() < bytes || (block->size() == bytes && block < address);
  }

  // `block` need not have its tag yet, but must before the next call.
  void InsertSized(TaggedBlock* block, std::size_t bytes) noexcept {
    const std::uint64_t priority = PriorityOf(block);
    TaggedBlock** link = &root_;
    while (*link != nullptr && PriorityOf(*link) > priority) {
      link = Below(*link, bytes, block) ? &Right(*link) : &Left(*link);
    }
    // What was here is split by the key into the two subtrees of the new node.
    TaggedBlock* rest = *link;
    TaggedBlock** below = &Left(block);
    TaggedBlock** above = &Right(block);
    *link = block;
    while (rest != nullptr) {
      if (Below(rest, bytes, block)) {
        *below = rest;
        below = &Right(rest);
        rest = *below;
      } else {
        *above = rest;
        above = &Left(rest);
        rest = *above;
      }
    }
    *below = nullptr;
    *above = nullptr;
  }

  // One tree of two, all keys of `below` being smaller than those of `above`.
  static TaggedBlock* Join(TaggedBlock* below, TaggedBlock* above) noexcept {
    TaggedBlock* root = nullptr;
    TaggedBlock** link = &root;
    while (below != nullptr && above != nullptr) {
      if (PriorityOf(below) > PriorityOf(above)) {
        *link = below;
        link = &Right(below);
        below = *link;
      } else {
        *link = above;
        link = &Left(above);
        above = *link;
      }
    }
    *link = below != nullptr ? below : above;
    return root;
  }

  // Visits in order until the visitor says false; returns whether all was visited.
  template <class Visitor>
  bool InOrder(Visitor&& visit) const noexcept {
    std::array<const TaggedBlock*, kMaxDepth> path;  // nodes whose left subtree is being visited
    std::size_t depth = 0;
    const TaggedBlock* block = root_;
    while (block != nullptr || depth != 0) {
      for (; block != nullptr; block = Left(block)) {
        if (depth == kMaxDepth) return false;
        path[depth++] = block;
      }
      block = path[--depth];
      if (!visit(block)) return false;
      block = Right(block);
    }
    return true;
  }

  TaggedBlock* root_ = nullptr;
  std::uint64_t visited_ = 0;
};
static_assert(FreeIndex<SizeTree>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_SIZE_TREE_H_
