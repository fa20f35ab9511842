// Shadow: what the checker remembers about every live block, apart from any allocator's own books.
//
// The shadow keeps address, size and a serial number of each live block in an ordered map, and owns
// the blocks' contents: each is filled, to the last usable byte, with a pattern drawn from its
// serial number, and compared before it is freed or resized and whenever asked. The first rule seen
// broken is kept, for all that comes after it may be a consequence.

#ifndef ALLOCLAB_ALLOCATOR_SHADOW_H_
#define ALLOCLAB_ALLOCATOR_SHADOW_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

#include "allocator/allocator.h"

namespace alloclab {

// The rules of README.md that the checker can see broken.
enum class Rule : std::uint8_t {
  kBounds,          // C1: the payload lies inside a block that the walk shows as used
  kAlignment,       // C1: the payload is aligned
  kOverlap,         // C2: no two live payloads share a byte
  kContents,        // C3: nobody but the caller changes a live block's bytes
  kUsableSize,      // C4: enough, the same until freed or resized, not too much for n
  kZeroed,          // C16: zeroed memory is zero
  kAbsurdSize,      // C6: requests above kMaxRequestBytes are refused
  kWalk,            // C9: the walk is in address order, without gaps or strangers, and sums up
  kIndex,           // C10: the index agrees with the blocks
  kFreeNeighbours,  // C11: no two free blocks are neighbours, where promised
  kInPlace,         // C12: a resize keeps the place where there is room, and gives up what is over
  kFreeEnd,         // C19: what is free at the end of the heap goes back
  kHeldWhenEmpty,   // C19: when all is free, nothing is held beyond what the source retains
  kRefused,         // C21: nothing is refused while a hole fits, by the policy that is declared
  kErrno,           // C17: refusals set errno, and free keeps it
  kSteps,           // C22: no call looks at more blocks than is declared
  kPlacement,       // C23: the free block that serves is the one that the policy names
  kMisuse,          // the caller freed or resized what is not a live block
};

// "overlap", "index", ...
std::string_view RuleName(Rule rule);
std::optional<Rule> RuleNamed(std::string_view name);

// From now on nobody in this process sees the rule broken. What the other rules still see of a bug
// tells what this one is worth (fuzz/planted/report.sh --alone).
void Unwatch(Rule rule);
bool IsWatched(Rule rule);

struct Violation {
  Rule rule;
  std::uint64_t operation;  // number of the call, from 1, after which it was seen
  const void* address;
  std::string text;  // a sentence
};

class Shadow {
 public:
  // Of blocks larger than `bytes` only so much is filled and compared, half at each end. For heaps
  // of blocks that memory has no room for. To be said before the first block.
  void FillAtMost(std::size_t bytes) { most_filled_ = bytes; }

  // Number the next call of the allocator.
  void NextOperation() { ++operation_; }

  // A block was handed out: checks it against alignment, size and all live blocks, and fills it.
  void Allocated(void* p, std::size_t n, std::size_t usable, std::size_t alignment);
  // As Allocated, after checking that the first n bytes are zero.
  void AllocatedZeroed(void* p, std::size_t n, std::size_t usable, std::size_t alignment);
  // Whether p is a live block; breaks kMisuse if not. Ask before p reaches the allocator.
  bool Holds(const void* p);
  // The live block p is about to be freed or resized (or was refused that): checks that it is
  // intact.
  void Intact(const void* p, std::size_t usable);
  void Forget(void* p) {
    const auto found = live_.find(Address(p));
    live_bytes_ -= found->second.usable;
    live_.erase(found);
  }
  // The block at `old` is now at `p` with n bytes: checks that what it held is kept.
  void Resized(void* old, void* p, std::size_t n, std::size_t usable, std::size_t alignment);

  // Compares every live block's bytes with its pattern. O(live bytes).
  void CheckContents();

  // One walk at a time: BeginWalk, Visit for every block, EndWalk. `held` is what the page source
  // says it has handed out, where known; `merges` whether free neighbours are forbidden.
  void BeginWalk(bool merges);
  void Visit(const BlockView& block);
  void EndWalk(std::optional<std::size_t> held);
  // The last block of the last walk that was a caller's or could be; empty: there was none.
  struct LastBlock {
    const std::byte* begin = nullptr;
    std::size_t bytes = 0;
    bool is_free = false;
  };
  const LastBlock& last_block() const { return last_; }

  void Break(Rule rule, const void* address, std::string text);
  // A request for n bytes was refused though `hole` would have done.
  void BreakRefused(const BlockView& hole, std::size_t n);
  // A request for n bytes was served at p, though by the policy `due` was to serve it.
  void BreakPlacement(const void* p, std::size_t n, const BlockView& due);
  void BreakSteps(std::uint64_t steps, std::uint64_t bound);
  // The block p, to be resized to n bytes, was moved or refused though there was `room`.
  void BreakInPlace(const void* p, std::size_t n, std::size_t room);
  // The block p is to hold n bytes, and has `usable`: more than its allocator declares.
  void BreakKeeps(Rule rule, const void* p, std::size_t n, std::size_t usable);
  // The first broken rule, or null.
  const Violation* violation() const { return violation_ ? &*violation_ : nullptr; }
  std::size_t live_blocks() const { return live_.size(); }
  // Usable bytes of all live blocks.
  std::size_t live_bytes() const { return live_bytes_; }
  // Some live block, or null when there is none.
  void* AnyLive() const {
    return live_.empty() ? nullptr : reinterpret_cast<void*>(live_.begin()->first);
  }
  std::uint64_t operation() const { return operation_; }

 private:
  struct Block {
    std::size_t requested;
    std::size_t usable;
    std::uint64_t serial;
  };
  using Blocks = std::pmr::map<std::uintptr_t, Block>;

  static std::uintptr_t Address(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
  bool CheckPlacement(void* p, std::size_t usable, std::size_t alignment);
  void Remember(void* p, std::size_t n, std::size_t usable);
  void CheckPattern(std::uintptr_t address, const Block& block, std::size_t bytes);
  void CheckPart(std::uintptr_t address, const Block& block, std::size_t begin, std::size_t end);
  // Where the bytes that are filled end at the front of a block, and go on at its end.
  struct Filled {
    std::size_t front;
    std::size_t back;
  };
  Filled FilledOf(std::size_t usable) const {
    if (usable <= most_filled_) return {usable, usable};
    return {most_filled_ / 16 * 8, (usable - most_filled_ / 2) / 8 * 8};
  }
  void VisitUsed(const BlockView& block);
  // The walk went on to `next` and past the live block that was to come.
  [[gnu::cold, gnu::noinline]] void BreakMissing(const void* next);

  // A node is made for every block that is handed out: from a pool, which is five times as fast as
  // a sanitizer's malloc.
  std::pmr::unsynchronized_pool_resource nodes_;
  Blocks live_{&nodes_};
  std::size_t live_bytes_ = 0;
  std::size_t most_filled_ = SIZE_MAX;
  std::uint64_t operation_ = 0;
  std::uint64_t serial_ = 0;
  std::optional<Violation> violation_;

  Blocks::const_iterator expected_;  // the next live block the walk must show
  const std::byte* previous_begin_ = nullptr;
  const std::byte* previous_end_ = nullptr;  // null: none was shown yet
  bool previous_free_ = false;
  std::size_t walked_bytes_ = 0;
  LastBlock last_;
  bool merges_ = false;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_SHADOW_H_
