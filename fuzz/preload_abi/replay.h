// Runs a fuzz program on the functions of a library, and holds what they do against the contract.
//
// How events are read, beside traces/checked/checked.h:
//   - Sizes of which nobody can say whether they are granted (kMostBytes and up) are not asked for,
//     except those that nobody can grant, which must be refused.
//   - A free is a call of free, cfree or one of the sized forms, by the number of its block.
//   - A marker has no page source to order about: the next call is made by a thread of its own.
// The library's heap is older than the program and outlives it, so all is freed at its end, and it
// cannot be seen into: its blocks are all that is known of it (Shadow).

#ifndef ALLOCLAB_FUZZ_PRELOAD_ABI_REPLAY_H_
#define ALLOCLAB_FUZZ_PRELOAD_ABI_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "allocator/shadow.h"
#include "fuzz/preload_abi/library.h"
#include "traces/event.h"

namespace alloclab {

class AbiReplay {
 public:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 20;
  // More than there are addresses.
  static constexpr std::uint64_t kNobodysBytes = std::uint64_t{1} << 47;

  explicit AbiReplay(const MallocLibrary& library) : library_(library) {}

  // Runs one event; false from the first broken rule on.
  bool Step(const Event& event);
  // Frees what is live. Call it once, after the last event.
  bool Finish();
  // Its operation is the number of the event, from 1; one more than there are when all was freed.
  const Violation* violation() const { return violation_ ? &*violation_ : nullptr; }
  std::uint64_t calls() const { return calls_; }

 private:
  struct Block {
    std::byte* begin;
    std::uint64_t requested;
    std::uint64_t alignment;  // as it was named; 0: it was not
  };

  void Run(const Event& event);
  void Make(const Event& event);
  void Resize(const Event& event);
  void Free(std::uint64_t id, const Block& block);
  void CallFree(std::uint64_t id, const Block& block);
  // A new block, or none, for the event.
  void Keep(const Event& event, std::byte* p);
  void ExpectErrno(const Event& event, int expected);
  void Break(Rule rule, const void* address, std::string text);
  std::size_t Usable(std::byte* p) { return library_.malloc_usable_size(p); }
  bool Ends();

  const MallocLibrary& library_;
  Shadow shadow_;
  std::map<std::uint64_t, Block> live_;  // by the number of the allocation
  std::uint64_t live_bytes_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t credit_ = 0;  // towards the next look at all contents
  bool in_a_thread_ = false;
  std::optional<Violation> violation_;
};

// All events; the first broken rule, or nothing.
std::optional<Violation> ReplayOnLibrary(std::span<const Event> events,
                                         const MallocLibrary& library);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PRELOAD_ABI_REPLAY_H_
