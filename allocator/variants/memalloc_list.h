// memalloc_list: every block, used or free, on one list in address order; the first free one that
// fits is taken. The textbook allocator with what its book leaves to the reader: splitting, merging
// both ways, several spans, and giving back in any order.
//
//     | span | header | payload ..... | header | payload ..... |   one span from the source
//     ^ 32     ^ 32 bytes: size, state, prev, next
//
// A span opens with a header that has no payload and is never free. It is on the list too, and so a
// merge cannot cross from one span into the next, though they may lie side by side.
//
// Invariants, checked by CheckIndex:
//   - The list is in address order; blocks tile each span, so a block's neighbours in memory are
//     its neighbours on the list, unless a span begins between.
//   - No two free blocks are neighbours: Free merges at once, on both sides.
//   - No free block lies before hint_ (null: there is none at all). A search begins there, and so
//     the used blocks at the bottom of a dense heap are not looked at again and again; first fit
//     stays exact.
//   - What lies free at the end of a span beyond Pages::kRetainBytes goes back to the source. An
//     empty span goes back whole, except while all of them hold at most kRetainBytes.
//
// Costs: Allocate looks at every block from the hint to the one it takes, O(blocks); Free is O(1),
// and so is a new span above or below all others (O(blocks) between them). 32 bytes a block.
//
// Source: Sreedharan, "Memory Allocators 101"; Kernighan and Ritchie, "The C Programming Language",
// 8.7, keeps only the free blocks on its list.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_MEMALLOC_LIST_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_MEMALLOC_LIST_H_

#include <algorithm>
#include <cstdint>
#include <new>

#include "allocator/allocator.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

template <PageSource Pages>
class MemallocList {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kMerges = true;
  static constexpr std::size_t kHeaderBytes = 32;
  static constexpr std::size_t kMinBytes = kHeaderBytes + kAlignment;

  explicit MemallocList(Pages& pages) noexcept : pages_(&pages) {}
  MemallocList(const MemallocList&) = delete;
  MemallocList& operator=(const MemallocList&) = delete;
  // Highest span first, as a source that takes back only its top needs it.
  ~MemallocList() {
    std::byte* end = tail_ == nullptr ? nullptr : tail_->end();
    for (Block* block = tail_; block != nullptr;) {
      Block* before = block->prev;
      std::byte* end_before = before == nullptr ? nullptr : before->end();
      if (block->is_span()) {
        pages_->Release({block->begin(), Distance(block->begin(), end)});
        end = end_before;
      }
      block = before;
    }
  }

  void* Allocate(std::size_t n) noexcept {
    if (n > kMaxRequestBytes) return nullptr;
    const std::size_t bytes = BytesFor(n);
    Block* block = FindOrGrow(bytes);
    if (block == nullptr) return nullptr;
    if (FillsSpan(block)) empty_bytes_ -= SpanBytes(block);
    block->state = State::kUsed;
    CutTail(block, bytes);
    return block->payload();
  }

  // `alignment` is a power of two. The part before the aligned payload stays free.
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    if (alignment <= kAlignment) return Allocate(n);
    if (n > kMaxRequestBytes || alignment > kMaxRequestBytes) return nullptr;
    const std::size_t bytes = BytesFor(n);
    // Enough for the payload wherever the block lies, and for a lead that is a block itself.
    const std::size_t enough = bytes + alignment + kMinBytes;
    if (enough > kMaxRequestBytes) return nullptr;
    Block* block = FindOrGrow(enough);
    if (block == nullptr) return nullptr;
    if (FillsSpan(block)) empty_bytes_ -= SpanBytes(block);
    const auto payload = reinterpret_cast<std::uintptr_t>(block->payload());
    std::size_t lead = (alignment - payload % alignment) % alignment;
    if (lead != 0 && lead < kMinBytes) lead += alignment;
    if (lead != 0) block = Split(block, lead);
    block->state = State::kUsed;
    CutTail(block, bytes);
    return block->payload();
  }

  //   free | p | free     ->  [      free      ]
  //   free | p | used     ->  [   free   ] used
  //   used | p | free     ->  used [   free   ]
  //   used | p | used     ->  used [free] used
  void Free(void* p) noexcept {
    if (p == nullptr) return;
    Block* block = Block::Of(p);
    block->state = State::kFree;
    if (hint_ == nullptr || block < hint_) hint_ = block;
    Block* next = block->next;
    if (next != nullptr && next->is_free()) Absorb(block, next);
    // The block before is a span at least.
    if (block->prev->is_free()) {
      block = block->prev;
      Absorb(block, block->next);
    }
    if (FillsSpan(block)) empty_bytes_ += SpanBytes(block);
    if (EndsSpan(block)) GiveBack(block);
  }

  std::size_t UsableSize(const void* p) const noexcept {
    return p == nullptr ? 0 : Block::Of(const_cast<void*>(p))->bytes - kHeaderBytes;
  }

  // Shrinks by freeing the tail; grows into a free block behind, at the end of the heap also into
  // new memory where the source can extend it.
  bool TryResize(void* p, std::size_t n) noexcept {
    if (n > kMaxRequestBytes) return false;
    Block* block = Block::Of(p);
    const std::size_t bytes = BytesFor(n);
    if (bytes > block->bytes) {
      Block* next = block->next;
      const bool next_free = next != nullptr && next->is_free();
      const std::size_t have = block->bytes + (next_free ? next->bytes : 0);
      if (have < bytes) {
        if ((next_free ? next : block) != tail_ || !ExtendTail(bytes - have)) return false;
      }
      Absorb(block, block->next);
    }
    CutTail(block, bytes);
    return true;
  }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    for (const Block* block = head_; block != nullptr; block = block->next) {
      if (block->is_span()) {
        visit(BlockView{block->begin(), block->bytes, nullptr, 0, BlockState::kOverhead});
      } else {
        visit(BlockView{block->begin(), block->bytes, block->begin() + kHeaderBytes,
                        block->bytes - kHeaderBytes,
                        block->is_free() ? BlockState::kFree : BlockState::kUsed});
      }
    }
  }

  Verdict CheckIndex() const noexcept {
    const Block* before = nullptr;
    bool before_hint = hint_ != nullptr;
    std::size_t empty_bytes = 0;
    for (const Block* block = head_; block != nullptr; block = block->next) {
      const Verdict verdict = CheckBlock(*block, before);
      if (!verdict.ok()) return verdict;
      if (block == hint_) before_hint = false;
      if (block->is_free() && (before_hint || hint_ == nullptr)) {
        return {"a free block lies before the place where searches begin", block};
      }
      if (block->is_free() && FillsSpan(block)) empty_bytes += SpanBytes(block);
      before = block;
    }
    if (empty_bytes != empty_bytes_) return {"the count of empty bytes is wrong", nullptr};
    if (before != tail_) return {"the end of the list is not where it is thought to be", tail_};
    if (before_hint) return {"searches begin at what is no block", hint_};
    return {};
  }

  std::uint64_t BlocksVisited() const noexcept { return visited_; }
  static constexpr Placement kPlacement = Placement::kLowest;
  static constexpr std::size_t SureFit(std::size_t n) noexcept { return BytesFor(n); }
  static constexpr std::size_t MostUsable(std::size_t n) noexcept {
    return BytesFor(n) + (kMinBytes - kAlignment) - kHeaderBytes;
  }

 private:
  enum class State : std::size_t { kUsed, kFree, kSpan };

  struct alignas(kMallocAlignment) Block {
    std::size_t bytes;  // header included, a multiple of 16
    State state;
    Block* prev;
    Block* next;

    static Block* Of(void* payload) { return static_cast<Block*>(payload) - 1; }
    std::byte* begin() { return reinterpret_cast<std::byte*>(this); }
    const std::byte* begin() const { return reinterpret_cast<const std::byte*>(this); }
    std::byte* end() { return begin() + bytes; }
    const std::byte* end() const { return begin() + bytes; }
    void* payload() { return this + 1; }
    bool is_free() const { return state == State::kFree; }
    bool is_span() const { return state == State::kSpan; }
  };
  static_assert(sizeof(Block) == kHeaderBytes);

  static std::size_t Distance(const std::byte* from, const std::byte* to) {
    return static_cast<std::size_t>(to - from);
  }
  static std::size_t BytesFor(std::size_t n) {
    return std::max((n + kHeaderBytes + kAlignment - 1) & ~(kAlignment - 1), kMinBytes);
  }
  // Whether no block of the same span lies behind.
  static bool EndsSpan(const Block* block) {
    return block->next == nullptr || block->next->is_span();
  }
  static bool FillsSpan(const Block* block) { return block->prev->is_span() && EndsSpan(block); }
  // Of the span that the block fills.
  static std::size_t SpanBytes(const Block* block) { return kHeaderBytes + block->bytes; }

  static Verdict CheckBlock(const Block& block, const Block* before) noexcept {
    if (block.prev != before) return {"a block's link back is wrong", &block};
    if (before == nullptr && !block.is_span()) return {"the list does not open a span", &block};
    if (block.bytes % kAlignment != 0 ||
        block.bytes < (block.is_span() ? kHeaderBytes : kMinBytes)) {
      return {"a block has a size that no block has", &block};
    }
    if (before == nullptr) return {};
    if (block.begin() < before->end()) return {"two blocks overlap, or are out of order", &block};
    if (!block.is_span() && block.begin() != before->end()) {
      return {"there is a gap between two blocks", &block};
    }
    if (block.is_span() && before->is_span()) return {"a span has no blocks", before};
    if (block.is_free() && before->is_free()) return {"free neighbours were not merged", &block};
    return {};
  }

  // The first free block from the lowest address that has `bytes` bytes, or null.
  Block* Find(std::size_t bytes) noexcept {
    Block* block = hint_;
    for (; block != nullptr && !block->is_free(); block = block->next) ++visited_;
    hint_ = block;
    for (; block != nullptr; block = block->next) {
      ++visited_;
      if (block->is_free() && block->bytes >= bytes) break;
    }
    return block;
  }

  Block* FindOrGrow(std::size_t bytes) noexcept {
    Block* block = Find(bytes);
    return block != nullptr ? block : GrowHeap(bytes);
  }

  void Link(Block* before, Block* after) noexcept {
    (before == nullptr ? head_ : before->next) = after;
    (after == nullptr ? tail_ : after->prev) = before;
  }

  //   [      block      ]  ->  [ block ][ rest ]   the rest is free, and returned
  Block* Split(Block* block, std::size_t bytes) noexcept {
    Block* after = block->next;
    Block* rest = new (block->begin() + bytes) Block{block->bytes - bytes, State::kFree, {}, {}};
    block->bytes = bytes;
    Link(block, rest);
    Link(rest, after);
    return rest;
  }

  //   [ block ][ next ]  ->  [      block      ]
  void Absorb(Block* block, Block* next) noexcept {
    if (hint_ == next) hint_ = block;
    block->bytes += next->bytes;
    Link(block, next->next);
  }

  // Frees what a used block has beyond `bytes`, if that can be a block.
  void CutTail(Block* block, std::size_t bytes) noexcept {
    if (block->bytes - bytes < kMinBytes) return;
    Free(Split(block, bytes)->payload());
  }

  // A free block of at least `bytes` from the source, or null.
  [[gnu::noinline]] Block* GrowHeap(std::size_t bytes) noexcept {
    if (tail_ != nullptr) {
      const std::size_t have = tail_->is_free() ? tail_->bytes : 0;
      if (ExtendTail(bytes - have)) return tail_;
    }
    const Span span = pages_->Acquire(bytes + kHeaderBytes);
    if (span.empty()) return nullptr;
    Block* before = LastBefore(span.begin);
    Block* after = before == nullptr ? head_ : before->next;
    Block* opening = new (span.begin) Block{kHeaderBytes, State::kSpan, {}, {}};
    Block* block = new (opening->end()) Block{span.bytes - kHeaderBytes, State::kFree, {}, {}};
    Link(before, opening);
    Link(opening, block);
    Link(block, after);
    if (hint_ == nullptr || block < hint_) hint_ = block;
    empty_bytes_ += span.bytes;
    return block;
  }

  // The last block below `address`, or null. Sources that grow upward append, mmap prepends.
  Block* LastBefore(const std::byte* address) const noexcept {
    if (head_ == nullptr || address < head_->begin()) return nullptr;
    Block* block = tail_;
    while (block->begin() > address) block = block->prev;
    return block;
  }

  // Lengthens the last span by at least `bytes`, and by a block where there is none to merge with;
  // then a free block is at its end.
  bool ExtendTail(std::size_t bytes) noexcept {
    const bool merge = tail_->is_free();
    const std::size_t added =
        pages_->Extend(tail_->end(), merge ? bytes : std::max(bytes, kMinBytes));
    if (added == 0) return false;
    if (merge) {
      if (FillsSpan(tail_)) empty_bytes_ += added;
      tail_->bytes += added;
      return true;
    }
    Block* block = new (tail_->end()) Block{added, State::kFree, {}, {}};
    Link(tail_, block);
    Link(block, nullptr);
    if (hint_ == nullptr) hint_ = block;
    return true;
  }

  // Called with a free block at the end of a span: returns to the source what is beyond the
  // retained part. A source that takes back only its end may now take what lies before that, too.
  void GiveBack(Block* block) noexcept {
    if (FillsSpan(block)) {
      if (empty_bytes_ <= Pages::kRetainBytes) return;
      ReleaseSpan(block);
      while (tail_ != nullptr && tail_->is_free() && FillsSpan(tail_)) {
        if (empty_bytes_ <= Pages::kRetainBytes || !ReleaseSpan(tail_)) return;
      }
      block = tail_;
    }
    if (block != nullptr && block->is_free() &&
        block->bytes > Pages::kRetainBytes + Pages::kGranuleBytes) {
      TrimTail(block);
    }
  }

  // The span that a free block fills. False when the source cannot take it back now.
  bool ReleaseSpan(Block* block) noexcept {
    // Read now: there is no memory to read from afterwards.
    Block* before = block->prev->prev;
    Block* after = block->next;  // the opening of the next span, or null
    const std::size_t bytes = SpanBytes(block);
    if (!pages_->Release({block->prev->begin(), bytes})) return false;
    // A search begins at a block, never at an opening: that one would not be missed when it goes.
    if (hint_ == block) hint_ = after == nullptr ? nullptr : after->next;
    Link(before, after);
    empty_bytes_ -= bytes;
    return true;
  }

  //   ... used | [       free       ] |   ->   ... used | [ free ] |
  // Whole granules from the end, so that what stays is whole pages wherever the span is.
  [[gnu::noinline]] void TrimTail(Block* block) noexcept {
    const std::size_t surplus = block->bytes - kMinBytes - Pages::kRetainBytes;
    const std::size_t given = surplus & ~(Pages::kGranuleBytes - 1);
    if (given == 0 || !pages_->Release({block->end() - given, given})) return;
    block->bytes -= given;
  }

  Pages* pages_;
  Block* head_ = nullptr;
  Block* tail_ = nullptr;
  Block* hint_ = nullptr;
  std::size_t empty_bytes_ = 0;  // of the spans in which nothing is used
  std::uint64_t visited_ = 0;
};

static_assert(ResizesInPlace<MemallocList<BufferPages>>);
static_assert(AllocatesAligned<MemallocList<BufferPages>>);
static_assert(CountsSearch<MemallocList<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_MEMALLOC_LIST_H_
