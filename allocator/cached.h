// Cached<A>: small blocks that a thread has freed are kept for it, in front of an allocator for a
// single thread behind one lock.
//
//     thread -> slot | 16 | 32 | 48 | ... | 256 |      a magazine for each size, last freed first
//                      |
//                      +-> [ next 16 cached | payload ] -> [ null 16 cached | payload ]
//
// A thread takes from its magazines, and puts into them, without the lock. An empty magazine is
// filled by half, and a full one emptied by half, under one holding of the lock. Blocks belong to
// no thread: one goes into the magazine of whoever frees it, so a thread that only frees gives half
// a magazine back at a time. Larger blocks, and those of a thread that finds no slot, go by the
// lock.
//
// Before each payload lies a header of 16 bytes that says its size, because A's own words may
// change while a neighbour is freed, and could be read under the lock only.
//
// Invariants:
//   - A slot names a thread exactly while that thread may touch its magazines. The name is put by
//     compare-exchange where there was none, and taken away by the thread itself, after the
//     magazines are empty.
//   - A, and the headers of blocks on their way to and from it, are touched under the lock only.
//   - A header is written by who has the block: the lock's holder, the owner of the slot it is in,
//     or the caller it was handed out to.
//   - What is in a magazine is a block in use to A, with `cached` set; in no magazine are more than
//     kShape.blocks.
//
// Cost: O(kProbes) loads to find the slot, almost always one, and O(1) beside; the lock once for
// half a magazine of calls at worst. A request may be refused while other threads' caches have
// blocks: only its own are given back first. Not for a process that forks while other threads are
// in here. Source: Bonwick and Adams, "Magazines and vmem", USENIX 2001; the thread caches of
// tcmalloc.

#ifndef ALLOCLAB_ALLOCATOR_CACHED_H_
#define ALLOCLAB_ALLOCATOR_CACHED_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/sync.h"

namespace alloclab {

struct CacheShape {
  std::size_t slots = 64;   // threads that have a cache at the same time
  std::size_t blocks = 32;  // in one magazine; at least 2
};

template <Allocator A, class Sync = SystemSync, CacheShape kShape = CacheShape{}>
class Cached {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  // Walk and CheckIndex are for when no other thread is in here.
  static constexpr bool kThreadSafe = true;
  static constexpr bool kOpaque = !kWalkable<A>;

  static constexpr std::size_t kMostCachedBytes = 256;

  template <class... Args>
  explicit Cached(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}
  Cached(const Cached&) = delete;
  Cached& operator=(const Cached&) = delete;

  void* Allocate(std::size_t n) noexcept {
    if (n > kMaxRequestBytes - sizeof(Header)) return nullptr;
    Slot* slot = n <= kMostCachedBytes ? MySlot() : nullptr;
    Header* header = slot != nullptr ? Take(*slot, ClassOf(n)) : AllocateLocked(n);
    if (header == nullptr && LeaveNothing(FindSlot())) header = AllocateLocked(n);
    return header == nullptr ? nullptr : header + 1;
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    Header* header = static_cast<Header*>(p) - 1;
    Slot* slot = header->size_class != kNoClass ? MySlot() : nullptr;
    if (slot != nullptr) return Put(*slot, header);
    const Holding holding(lock_);
    inner_.Free(header);
  }

  std::size_t UsableSize(const void* p) const noexcept {
    if (p == nullptr) return 0;
    const Header* header = static_cast<const Header*>(p) - 1;
    if (header->size_class != kNoClass) return BytesOf(header->size_class);
    const Holding holding(lock_);
    return inner_.UsableSize(header) - sizeof(Header);
  }

  // The calling thread is done with the heap: what is cached for it goes back, and its slot is
  // anybody's. A thread that ends without it leaves its cache to the next of its name.
  void LeaveThread() noexcept {
    Slot* slot = FindSlot();
    if (slot == nullptr) return;
    LeaveNothing(slot);
    // release: the next owner sees the magazines empty.
    slot->owner.store(kNobody, std::memory_order_release);
  }

  // Cached blocks are shown as free, with A's block around them.
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    const Holding holding(lock_);
    inner_.Walk([&](BlockView block) {
      if (block.state == BlockState::kUsed) {
        const Header* header = HeaderIn(block);
        block.payload += sizeof(Header);
        block.usable = header->size_class != kNoClass ? BytesOf(header->size_class)
                                                      : block.usable - sizeof(Header);
        if (header->cached) block.state = BlockState::kFree;
      }
      visit(std::as_const(block));
    });
  }

  // A's index, and the magazines: each has the blocks it counts, all of its size and said to be
  // cached; and no block beside these is.
  Verdict CheckIndex() const noexcept {
    const Holding holding(lock_);
    if (const Verdict verdict = inner_.CheckIndex(); !verdict.ok()) return verdict;
    std::size_t listed = 0;
    for (const Slot& slot : slots_) {
      for (std::uint32_t c = 0; c < kClasses; ++c) {
        const Magazine& magazine = slot.magazines[c];
        std::size_t count = 0;
        for (const Header* h = magazine.top; h != nullptr && count <= magazine.count; h = h->next) {
          if (!h->cached) return {"a block in a magazine is not said to be cached", h};
          if (h->size_class != c) return {"a block is in the magazine of another size", h};
          ++count;
        }
        if (count != magazine.count)
          return {"a magazine has not as many blocks as it counts", nullptr};
        listed += count;
      }
    }
    inner_.Walk([&](const BlockView& block) {
      if (block.state == BlockState::kUsed && HeaderIn(block)->cached) --listed;
    });
    if (listed != 0) return {"the blocks said to be cached are not those in magazines", nullptr};
    return {};
  }

 private:
  static constexpr std::uintptr_t kNobody = 0;
  static constexpr std::size_t kProbes = std::min<std::size_t>(kShape.slots, 4);
  static constexpr std::size_t kUnitBytes = 16;
  static constexpr std::uint32_t kClasses = kMostCachedBytes / kUnitBytes;
  static constexpr std::uint32_t kNoClass = kClasses;
  static_assert(kShape.slots > 0 && kShape.blocks > 1);

  struct Header {
    Header* next;  // in a magazine
    std::uint32_t size_class;
    bool cached;
  };
  static_assert(sizeof(Header) == kMallocAlignment);

  struct Magazine {
    Header* top = nullptr;
    std::size_t count = 0;

    void Push(Header* header) noexcept {
      header->next = top;
      header->cached = true;
      top = header;
      ++count;
    }
    Header* Pop() noexcept {
      Header* header = top;
      top = header->next;
      header->cached = false;
      --count;
      return header;
    }
  };

  // Apart from each other: no two threads write to the same cache line.
  struct alignas(64) Slot {
    typename Sync::template Atomic<std::uintptr_t> owner{kNobody};
    std::array<Magazine, kClasses> magazines;
  };

  static std::uint32_t ClassOf(std::size_t n) noexcept {
    return n == 0 ? 0 : static_cast<std::uint32_t>((n - 1) / kUnitBytes);
  }
  static std::size_t BytesOf(std::uint32_t size_class) noexcept {
    return (size_class + std::size_t{1}) * kUnitBytes;
  }
  static const Header* HeaderIn(const BlockView& block) noexcept {
    return static_cast<const Header*>(static_cast<const void*>(block.payload));
  }

  // The i-th place where the slot of a thread may be.
  static std::size_t Place(std::uintptr_t self, std::size_t i) noexcept {
    // Fibonacci hashing (Knuth, TAOCP 3, 6.4): names are addresses that differ in their middle
    // bits.
    const std::uint64_t hash = self * std::uint64_t{0x9E3779B97F4A7C15};
    return (static_cast<std::size_t>(hash >> 32) + i) % kShape.slots;
  }

  // The calling thread's slot, or null. relaxed: a thread finds its own name only where it has put
  // it itself, and has seen the magazines since.
  Slot* FindSlot() noexcept {
    const std::uintptr_t self = Sync::Self();
    for (std::size_t i = 0; i < kProbes; ++i) {
      Slot& slot = slots_[Place(self, i)];
      if (slot.owner.load(std::memory_order_relaxed) == self) return &slot;
    }
    return nullptr;
  }

  // The calling thread's slot, taken if it has none; null when all are others'.
  Slot* MySlot() noexcept {
    if (Slot* slot = FindSlot()) return slot;
    const std::uintptr_t self = Sync::Self();
    for (std::size_t i = 0; i < kProbes; ++i) {
      Slot& slot = slots_[Place(self, i)];
      std::uintptr_t owner = kNobody;
      // acquire: with the release of the one who left. relaxed on failure: it is another's.
      if (slot.owner.compare_exchange_strong(owner, self, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        return &slot;
      }
    }
    return nullptr;
  }

  // A block of A with a header; null when there is none. The lock is held.
  Header* NewBlock(std::size_t bytes, std::uint32_t size_class) noexcept {
    void* p = inner_.Allocate(sizeof(Header) + bytes);
    return p == nullptr ? nullptr : new (p) Header{nullptr, size_class, false};
  }

  Header* AllocateLocked(std::size_t n) noexcept {
    const Holding holding(lock_);
    if (n > kMostCachedBytes) return NewBlock(n, kNoClass);
    return NewBlock(BytesOf(ClassOf(n)), ClassOf(n));
  }

  Header* Take(Slot& slot, std::uint32_t size_class) noexcept {
    Magazine& magazine = slot.magazines[size_class];
    if (magazine.count == 0) Fill(magazine, size_class);
    return magazine.count == 0 ? nullptr : magazine.Pop();
  }

  void Put(Slot& slot, Header* header) noexcept {
    Magazine& magazine = slot.magazines[header->size_class];
    if (magazine.count == kShape.blocks) {
      const Holding holding(lock_);
      GiveBack(magazine, kShape.blocks / 2);
    }
    magazine.Push(header);
  }

  // Half a magazine, or as much of it as A has.
  void Fill(Magazine& magazine, std::uint32_t size_class) noexcept {
    const Holding holding(lock_);
    while (magazine.count < kShape.blocks / 2) {
      Header* header = NewBlock(BytesOf(size_class), size_class);
      if (header == nullptr) return;
      magazine.Push(header);
    }
  }

  // The lock is held.
  void GiveBack(Magazine& magazine, std::size_t count) noexcept {
    for (; count != 0; --count) inner_.Free(magazine.Pop());
  }

  // Gives all that is cached in a slot back; false when that is nothing.
  bool LeaveNothing(Slot* slot) noexcept {
    if (slot == nullptr) return false;
    std::size_t given = 0;
    const Holding holding(lock_);
    for (Magazine& magazine : slot->magazines) {
      given += magazine.count;
      GiveBack(magazine, magazine.count);
    }
    return given != 0;
  }

  mutable typename Sync::Lock lock_;
  A inner_;
  std::array<Slot, kShape.slots> slots_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_CACHED_H_
