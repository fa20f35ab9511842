// From calls that name blocks by address to events that name them by number: what every importer
// needs, written once. Addresses come again when blocks are freed; numbers never do.
//
// Invariant: `live_` holds exactly the blocks that the events made so far have left live, each
// under the address at which the recording last put it. So every event is one that can happen: no
// free of a block that is not live, no two live blocks at one address.
//
// A recording that was begun in the middle of a program, or whose threads overtook each other, has
// calls that do not fit. They are bent as little as possible, and counted:
//
//   free of an unknown address      left out
//   realloc of an unknown address   a realloc of NULL
//   a block where one is live       the older one is freed first, at the same time
//
// The counts are a sentence in the end, for the trace's metadata.
//
// Every call is O(1) expected, whoever chose the addresses: the hash has a salt of its own in each
// process. Memory: the live blocks.

#ifndef ALLOCLAB_TRACES_IMPORT_ADDRESS_EVENTS_H_
#define ALLOCLAB_TRACES_IMPORT_ADDRESS_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "traces/event.h"

namespace alloclab {

// Address 0 is NULL everywhere here.
class AddressEvents {
 public:
  // Events are appended to `out`, which outlives the calls and may be changed between them.
  void SetOutput(std::vector<Event>* out) { out_ = out; }

  // A call of a kind that makes a block, which it put at `address`; NULL: the call failed.
  void Acquire(const Event& event, std::uint64_t address);
  // free(address), NULL included; `call` says on which thread and when.
  void Release(const Event& call, std::uint64_t address);
  // A realloc of the block at `from` (NULL: of none) that returned `to`. NULL means that it failed,
  // or, of 0 bytes, that it freed.
  void Resize(const Event& event, std::uint64_t from, std::uint64_t to);
  // An event that touches no block.
  void Notice(const Event& event);

  bool IsLive(std::uint64_t address) const { return live_.contains(address); }
  // Events appended so far.
  std::uint64_t events() const { return events_; }
  // What did not fit, as a sentence; empty when everything did.
  std::string Taint() const;

 private:
  struct SaltedHash {
    std::size_t operator()(std::uint64_t address) const;
  };

  void Emit(const Event& event);
  void EmitBlock(Event event, std::uint64_t address);

  std::vector<Event>* out_ = nullptr;
  std::unordered_map<std::uint64_t, std::uint64_t, SaltedHash> live_;  // address -> number
  std::uint64_t next_id_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t unknown_frees_ = 0;
  std::uint64_t unknown_resizes_ = 0;
  std::uint64_t overtaken_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_ADDRESS_EVENTS_H_
