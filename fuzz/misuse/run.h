// Runs a misuse case on one variant, under the checker: the program up to the misuse, the misuse,
// and what is left of the program.
//
// The checker knows nothing of the misuse: to it, a block freed twice was freed once, and one freed
// by an address inside of it is live. So what it finds afterwards is the damage.

#ifndef ALLOCLAB_FUZZ_MISUSE_RUN_H_
#define ALLOCLAB_FUZZ_MISUSE_RUN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "allocator/allocator.h"
#include "fuzz/misuse/misuse.h"
#include "traces/checked/checked.h"

namespace alloclab {

template <Allocator A>
class MisuseRun {
 public:
  // Who looks at the heap: the checker, at everything and mostly after every operation, or less
  // often, as fuzzing does; or only who holds a block, when it is made, resized or freed, as a
  // careful program could.
  enum class Watch : std::uint8_t { kChecker, kFastChecker, kProgram };

  // Both must outlive the run; the arena is reset.
  MisuseRun(const MisuseCase& misuse_case, Arena& arena, Watch watch = Watch::kChecker)
      : case_(misuse_case), watch_(watch) {
    arena.Reset(misuse_case.program.arena_bytes);
    replay_ = std::make_unique<CheckedReplay<A>>(arena, Credit(watch));
  }

  // Runs what comes before the misuse, and says whether there is one: a block that it can be made
  // with, and no rule broken.
  bool Begin() {
    while (next_ < case_.before() && replay_->result().violation == std::nullopt) Step();
    if (replay_->result().violation) return false;
    Choose();
    return address_ != nullptr;
  }

  // Whether rule C20 says that the misuse ends the process.
  bool promised() const { return kDetectsMisuse<A> && case_.misuse.hands_over_an_address(); }

  // The misuse. On the stack is nothing that would have to be destroyed (stop.h).
  void Commit() {
    const Misuse& misuse = case_.misuse;
    A& heap = replay_->heap();
    if (!misuse.hands_over_an_address()) {
      for (std::size_t i = 0; i < changed_bytes_; ++i) address_[i] = ~address_[i];
    } else if (misuse.call == MisuseCall::kMeasure) {
      [[maybe_unused]] volatile std::size_t bytes = heap.UsableSize(address_);
    } else if (misuse.call == MisuseCall::kResize && ResizesInPlace<A>) {
      if constexpr (ResizesInPlace<A>) heap.TryResize(address_, misuse.resize_bytes());
    } else {
      heap.Free(address_);
    }
  }

  // What is left of the program; then all is freed, and the checker looks a last time. each() is
  // called before every further operation.
  template <class Each>
  const CheckedResult& Continue(const Each& each) {
    const std::vector<Event>& events = case_.program.events;
    const bool checked = watch_ != Watch::kProgram;
    if (checked && !replay_->Check()) return replay_->result();
    while (next_ < events.size()) {
      each();
      if (!Step()) return replay_->result();
    }
    while (!replay_->live().empty()) {
      each();
      const std::uint64_t first = replay_->live().begin()->first;
      if (!replay_->Step({.kind = EventKind::kFree, .ref = first})) return replay_->result();
    }
    return checked ? replay_->Finish() : replay_->result();
  }

  // Whether a byte that is not the heap's was changed. The checker calls that a broken bound.
  bool Strayed(const Arena& arena) const {
    return arena.FirstStrayWrite() != nullptr || replay_->pages().FirstStrayWrite() != nullptr;
  }

  // Never touches the heap again; it stays reachable, and is no leak.
  void Abandon() {
    static auto& abandoned = *new std::vector<CheckedReplay<A>*>;
    abandoned.push_back(replay_.release());
  }

 private:
  struct Block {
    std::byte* begin;
    std::size_t usable;
  };

  static std::uint64_t Credit(Watch watch) {
    switch (watch) {
      case Watch::kChecker:
        return CheckedReplay<A>::kCheckCredit;
      case Watch::kFastChecker:
        return CheckedReplay<A>::kFastCredit;
      default:
        return 0;
    }
  }

  bool Step() {
    const Event& event = case_.program.events[next_++];
    const auto found = replay_->live().find(event.ref);
    if (found != replay_->live().end()) ended_.push_back(BlockAt(found->second));
    return replay_->Step(event);
  }

  Block BlockAt(void* p) { return {static_cast<std::byte*>(p), replay_->heap().UsableSize(p)}; }

  bool IsLive(const std::byte* p) const {
    return std::any_of(replay_->live().begin(), replay_->live().end(),
                       [p](const auto& block) { return block.second == p; });
  }

  // Whether the heap has the memory at p now: what it gave back is no longer there to be written.
  bool IsHeld(const std::byte* p) {
    bool held = false;
    replay_->heap().Walk(
        [&](const BlockView& block) { held = held || (block.begin <= p && p < block.end()); });
    return held;
  }

  // Sets address_, if the program has come to where the misuse can be made.
  void Choose() {
    switch (case_.misuse.kind) {
      case MisuseKind::kFreed:
        if (const auto block = Freed()) address_ = block->begin;
        return;
      case MisuseKind::kInterior:
        if (const auto block = Live()) address_ = Inside(*block);
        return;
      case MisuseKind::kForeign:
        address_ = Foreign();
        if (IsLive(address_)) address_ = nullptr;
        return;
      case MisuseKind::kOverflow:
        if (const auto block = Live()) address_ = block->begin + block->usable;
        changed_bytes_ = 1;
        return;
      case MisuseKind::kWriteAfterFree:
        if (const auto block = Freed(); block && block->usable >= kWord && IsHeld(block->begin)) {
          const std::size_t words = std::min(block->usable, std::size_t{64}) / kWord;
          address_ = block->begin + case_.misuse.where % words * kWord;
          changed_bytes_ = kWord;
        }
        return;
    }
  }

  std::optional<Block> Live() {
    const auto& live = replay_->live();
    if (live.empty()) return std::nullopt;
    const std::size_t at = case_.misuse.which % live.size();
    return BlockAt(std::next(live.begin(), static_cast<std::ptrdiff_t>(at))->second);
  }

  // A block that was freed and whose address was not handed out again, the last ones first. What
  // was resized and lies where it lay has not ended.
  std::optional<Block> Freed() const {
    std::vector<Block> freed;
    std::copy_if(ended_.rbegin(), ended_.rend(), std::back_inserter(freed),
                 [this](const Block& block) { return !IsLive(block.begin); });
    if (freed.empty()) return std::nullopt;
    return freed[case_.misuse.which % freed.size()];
  }

  // Any byte of it but the first, and mostly one that is aligned as a block's first is.
  std::byte* Inside(const Block& block) const {
    const std::size_t where = case_.misuse.where;
    if (block.usable <= kMallocAlignment || where >= 192) {
      return block.usable < 2 ? nullptr : block.begin + 1 + where % (block.usable - 1);
    }
    const std::size_t units = (block.usable - 1) / kMallocAlignment;
    return block.begin + kMallocAlignment * (1 + where % units);
  }

  // An address at which the heap has no block: of other memory, with bytes that make it look like
  // anything; of the heap's own data; of memory that it has not been given; of none.
  std::byte* Foreign() {
    alignas(4096) static std::byte memory[8192];
    const std::size_t where = case_.misuse.where / 8;
    std::byte* inner = memory + 4096 + where * kMallocAlignment;
    const std::span<std::byte> all(memory);
    switch (case_.misuse.where % 8) {
      case 0:
        std::fill(all.begin(), all.end(), std::byte{0});
        return inner;
      case 1:
        std::fill(all.begin(), all.end(), std::byte{0xFF});
        return inner;
      case 2:
      case 3: {
        // Words that a heap might take for the size of a block, with flags in the low bits.
        const std::uint64_t word = std::uint64_t{case_.misuse.which} * 16 + where % 16;
        for (std::size_t at = 0; at < all.size(); at += sizeof(word)) {
          std::memcpy(&all[at], &word, sizeof(word));
        }
        return inner;
      }
      case 4:
      case 5: {
        std::byte* begin = nullptr;
        replay_->heap().Walk([&](const BlockView& block) {
          if (begin == nullptr) begin = const_cast<std::byte*>(block.begin);
        });
        return begin == nullptr ? inner : begin + where * kMallocAlignment;
      }
      case 6:
        return reinterpret_cast<std::byte*>(1 + where * 15);
      default:
        return reinterpret_cast<std::byte*>(UINTPTR_MAX - where);
    }
  }

  static constexpr std::size_t kWord = 8;

  const MisuseCase& case_;
  const Watch watch_;
  std::unique_ptr<CheckedReplay<A>> replay_;
  std::size_t next_ = 0;      // event
  std::vector<Block> ended_;  // as they were before the event that ended or resized them
  std::byte* address_ = nullptr;
  std::size_t changed_bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MISUSE_RUN_H_
