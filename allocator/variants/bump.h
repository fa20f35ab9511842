// bump: the floor of cost. A pointer moves up; Free only counts. When the last live block is freed,
// everything is given back at once and the next request starts anew, in what the source does not
// take back first.
//
//     | prev | bytes | size | payload ..... | size | payload ..... |  untouched  |
//     ^ chunk        ^ 16-byte header                              ^ top         ^ end
//
// Invariants: blocks lie side by side in each chunk, up to its top; a block is never used twice
// before everything is free. Allocate and Free are O(1), apart from a new chunk. Memory grows with
// all that was ever asked for since the heap was last empty: it shows what an allocator that never
// searches costs, and is fit for nothing else. Chunks are walked in address order.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_BUMP_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_BUMP_H_

#include <cstdint>
#include <new>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

template <PageSource Pages>
class Bump {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;

  explicit Bump(Pages& pages) noexcept : pages_(&pages) {}
  Bump(const Bump&) = delete;
  Bump& operator=(const Bump&) = delete;
  ~Bump() { ReleaseAll(); }

  void* Allocate(std::size_t n) noexcept { return AllocateAligned(n, kAlignment); }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    if (n > kMaxRequestBytes || alignment > kMaxRequestBytes) return nullptr;
    const std::size_t bytes = PayloadBytes(n);
    std::byte* payload = Place(alignment);
    if (payload == nullptr || bytes > Room(payload)) {
      if (!AddRoom(bytes, alignment)) return nullptr;
      payload = Place(alignment);
    }
    PadTo(payload - sizeof(Header));
    new (top_) Header{bytes, true};
    top_ = payload + bytes;
    ++live_;
    return payload;
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    HeaderOf(p)->used = false;
    if (--live_ == 0) Reset();
  }

  std::size_t UsableSize(const void* p) const noexcept {
    return p == nullptr ? 0 : HeaderOf(const_cast<void*>(p))->bytes;
  }
  static constexpr std::size_t MostUsable(std::size_t n) noexcept { return PayloadBytes(n); }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    for (const Chunk* chunk = NextAbove(nullptr); chunk != nullptr; chunk = NextAbove(chunk)) {
      visit(BlockView{chunk->begin(), sizeof(Chunk), nullptr, 0, BlockState::kOverhead});
      const std::byte* top = chunk == chunk_ ? top_ : chunk->top;
      const std::byte* at = chunk->begin() + sizeof(Chunk);
      while (at < top) {
        const auto* header = static_cast<const Header*>(static_cast<const void*>(at));
        const BlockState state = header->used ? BlockState::kUsed : BlockState::kOverhead;
        visit(BlockView{at, sizeof(Header) + header->bytes, at + sizeof(Header), header->bytes,
                        state});
        at += sizeof(Header) + header->bytes;
      }
      const auto untouched = static_cast<std::size_t>(chunk->end - at);
      if (untouched != 0) visit(BlockView{at, untouched, nullptr, 0, BlockState::kOverhead});
    }
  }

  // There is no index; the count of live blocks is all that is believed.
  Verdict CheckIndex() const noexcept {
    std::uint64_t used = 0;
    Walk([&](const BlockView& block) { used += block.state == BlockState::kUsed ? 1 : 0; });
    if (used != live_) return {"the count of live blocks disagrees with the blocks", nullptr};
    return {};
  }

 private:
  struct Header {
    std::size_t bytes;  // of the payload, a multiple of 16
    bool used;
  };
  static_assert(sizeof(Header) == kMallocAlignment);

  struct alignas(kMallocAlignment) Chunk {
    Chunk* prev;  // the chunk filled before this one
    std::byte* end;
    std::byte* top;  // set when the chunk is left for the next, or becomes idle

    std::byte* begin() { return reinterpret_cast<std::byte*>(this); }
    const std::byte* begin() const { return reinterpret_cast<const std::byte*>(this); }
    std::size_t bytes() const { return static_cast<std::size_t>(end - begin()); }
  };
  static Header* HeaderOf(void* p) { return static_cast<Header*>(p) - 1; }
  // At least 16, so that every block has an address of its own.
  static constexpr std::size_t PayloadBytes(std::size_t n) {
    return n == 0 ? kAlignment : (n + kAlignment - 1) & ~(kAlignment - 1);
  }

  // The lowest aligned payload at or above the top that leaves no gap too small for a header; null
  // when there is no chunk or the place is past its end.
  std::byte* Place(std::size_t alignment) const noexcept {
    if (chunk_ == nullptr) return nullptr;
    const auto at = reinterpret_cast<std::uintptr_t>(top_) + sizeof(Header);
    const std::size_t skip = (alignment - at % alignment) % alignment;
    const auto room = static_cast<std::size_t>(chunk_->end - top_);
    return skip > room || sizeof(Header) > room - skip ? nullptr : top_ + skip + sizeof(Header);
  }
  std::size_t Room(const std::byte* payload) const noexcept {
    return static_cast<std::size_t>(chunk_->end - payload);
  }

  // Fills the gap that an alignment leaves with a block nobody has.
  void PadTo(std::byte* header) noexcept {
    const auto gap = static_cast<std::size_t>(header - top_);
    if (gap == 0) return;
    new (top_) Header{gap - sizeof(Header), false};
    top_ = header;
  }

  [[gnu::noinline]] bool AddRoom(std::size_t bytes, std::size_t alignment) noexcept {
    const std::size_t overhead = sizeof(Chunk) + sizeof(Header) + alignment;
    if (overhead > kMaxRequestBytes || bytes > kMaxRequestBytes - overhead) return false;
    if (chunk_ != nullptr) {
      const std::size_t added = pages_->Extend(chunk_->end, bytes + overhead);
      chunk_->end += added;
      if (added != 0) return true;
    }
    Chunk* chunk = TakeIdle(bytes + overhead);
    if (chunk == nullptr) {
      const Span span = pages_->Acquire(bytes + overhead);
      if (span.empty()) return false;
      chunk = new (span.begin) Chunk{nullptr, span.end(), nullptr};
    }
    if (chunk_ != nullptr) chunk_->top = top_;
    chunk->prev = chunk_;
    chunk_ = chunk;
    top_ = chunk->begin() + sizeof(Chunk);
    return true;
  }

  // An idle chunk of at least `bytes`, no longer on the list of those, or null.
  Chunk* TakeIdle(std::size_t bytes) noexcept {
    for (Chunk** link = &idle_; *link != nullptr; link = &(*link)->prev) {
      Chunk* chunk = *link;
      if (chunk->bytes() < bytes) continue;
      *link = chunk->prev;
      return chunk;
    }
    return nullptr;
  }

  // Starts anew. A lone chunk that is cheap to keep is kept.
  void Reset() noexcept {
    if (chunk_->prev == nullptr && idle_ == nullptr && chunk_->bytes() <= Pages::kRetainBytes) {
      top_ = chunk_->begin() + sizeof(Chunk);
    } else {
      ReleaseAll();
    }
  }

  // Newest chunk first, as a stack-like source needs it, and then once more what it did not take. A
  // chunk that it cannot take back now is idle: the next requests are served from it.
  void ReleaseAll() noexcept {
    for (Chunk* list : {chunk_, std::exchange(idle_, nullptr)}) Release(list);
    Release(std::exchange(idle_, nullptr));
    chunk_ = nullptr;
    top_ = nullptr;
  }
  void Release(Chunk* list) noexcept {
    while (list != nullptr) {
      Chunk* chunk = list;
      list = chunk->prev;
      if (pages_->Release({chunk->begin(), chunk->bytes()})) continue;
      chunk->top = chunk->begin() + sizeof(Chunk);
      chunk->prev = idle_;
      idle_ = chunk;
    }
  }

  // The chunk with the lowest address above that of `chunk` (of all when null). O(chunks): a walk
  // is quadratic in chunks, which keeps the allocation path free of any order.
  const Chunk* NextAbove(const Chunk* chunk) const noexcept {
    const Chunk* best = nullptr;
    for (const Chunk* list : {chunk_, idle_}) {
      for (const Chunk* c = list; c != nullptr; c = c->prev) {
        if ((chunk == nullptr || c > chunk) && (best == nullptr || c < best)) best = c;
      }
    }
    return best;
  }

  Pages* pages_;
  Chunk* chunk_ = nullptr;
  Chunk* idle_ = nullptr;  // chunks without blocks that the source did not take back
  std::byte* top_ = nullptr;
  std::uint64_t live_ = 0;
};

static_assert(AllocatesAligned<Bump<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_BUMP_H_
