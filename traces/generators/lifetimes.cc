// Generators of lifetimes: which of the live blocks is the next to be freed.
//
//     lifo      | a b c |      the newest:  a stack of calls
//     fifo      | a b c |      the oldest:  one queue of messages
//     queues    | a b | c |    the oldest of one of several queues
//     sawtooth  /|/|/|         all but a floor, when a peak is reached: batches
//     phases    ~~|~~|~~       any of the phase's own; a few outlive the phase and pin its memory
//
// Each event is O(1), and memory is the live set.

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "traces/generators/families.h"
#include "traces/generators/limits.h"

namespace alloclab::generators {
namespace {

constexpr Parameter kOperations = {
    "operations", 100'000, 1, kMostOperations, "Calls before the blocks still live are freed",
    true};
constexpr Parameter kLeast = {"least", 16, 0, kMostBytes, "Bytes of the smallest block"};
constexpr Parameter kMost = {"most", 4095, 0, kMostBytes, "Bytes of the largest block"};

// Takes a random element out. O(1): the last one takes its place.
Id TakeAny(std::deque<Id>& blocks, Random& random) {
  std::swap(blocks[static_cast<std::size_t>(random.Below(blocks.size()))], blocks.back());
  const Id id = blocks.back();
  blocks.pop_back();
  return id;
}
Id TakeNewest(std::deque<Id>& blocks) {
  const Id id = blocks.back();
  blocks.pop_back();
  return id;
}
Id TakeOldest(std::deque<Id>& blocks) {
  const Id id = blocks.front();
  blocks.pop_front();
  return id;
}

void Lifo(const Arguments& arguments, Random& random, Emitter& out) {
  const std::uint64_t depth = arguments["depth"];
  std::deque<Id> stack;
  for (std::uint64_t n = arguments["operations"]; n > 0; --n) {
    const bool push = stack.empty() || (stack.size() < depth && random.Chance(1, 2));
    if (push) {
      stack.push_back(out.Malloc(random.Size(arguments["least"], arguments["most"])));
    } else {
      out.Free(TakeNewest(stack));
    }
  }
  while (!stack.empty()) out.Free(TakeNewest(stack));
}

void Fifo(const Arguments& arguments, Random& random, Emitter& out) {
  const std::uint64_t length = arguments["length"];
  std::deque<Id> queue;
  for (std::uint64_t n = arguments["operations"]; n > 0; --n) {
    if (queue.size() == length) {
      out.Free(TakeOldest(queue));
    } else {
      queue.push_back(out.Malloc(random.Size(arguments["least"], arguments["most"])));
    }
  }
  while (!queue.empty()) out.Free(TakeOldest(queue));
}

// A queue's blocks are all of one size, its own, as messages of one kind are.
void Queues(const Arguments& arguments, Random& random, Emitter& out) {
  struct Queue {
    std::uint64_t size;
    std::uint64_t length;
    std::deque<Id> blocks = {};
  };
  std::vector<Queue> queues;
  for (std::uint64_t i = 0; i < arguments["queues"]; ++i) {
    queues.push_back({arguments["least"] + 16 * i, random.Between(1, arguments["length"])});
  }
  for (std::uint64_t n = arguments["operations"]; n > 0; --n) {
    Queue& queue = queues[static_cast<std::size_t>(random.Below(queues.size()))];
    if (queue.blocks.size() == queue.length) {
      out.Free(TakeOldest(queue.blocks));
    } else {
      queue.blocks.push_back(out.Malloc(queue.size));
    }
  }
  for (Queue& queue : queues) {
    while (!queue.blocks.empty()) out.Free(TakeOldest(queue.blocks));
  }
}

enum class FreeOrder : std::uint64_t { kAny, kNewestFirst, kOldestFirst };

Id Take(std::deque<Id>& blocks, FreeOrder order, Random& random) {
  if (order == FreeOrder::kNewestFirst) return TakeNewest(blocks);
  return order == FreeOrder::kOldestFirst ? TakeOldest(blocks) : TakeAny(blocks, random);
}

void Sawtooth(const Arguments& arguments, Random& random, Emitter& out) {
  const std::uint64_t peak = arguments["peak"];
  const std::uint64_t floor = peak * arguments["floor"] / 100;
  const auto order = static_cast<FreeOrder>(arguments["order"]);
  std::deque<Id> blocks;
  for (std::uint64_t tooth = 0; tooth < arguments["teeth"]; ++tooth) {
    while (blocks.size() < peak) {
      blocks.push_back(out.Malloc(random.Size(arguments["least"], arguments["most"])));
    }
    while (blocks.size() > floor) out.Free(Take(blocks, order, random));
  }
  while (!blocks.empty()) out.Free(Take(blocks, order, random));
}

// The sizes of a phase are those of one power of two, so that the next phase finds no use for most
// of the holes of this one. A marker with its number begins each phase.
void Phases(const Arguments& arguments, Random& random, Emitter& out) {
  const std::uint64_t live = arguments["live"];
  std::deque<Id> survivors;
  for (std::uint64_t phase = 0; phase < arguments["phases"]; ++phase) {
    out.Marker(phase);
    const std::uint64_t size = random.Size(arguments["least"], arguments["most"]);
    const std::uint64_t largest = std::min(2 * size, arguments["most"]);
    std::deque<Id> blocks;
    for (std::uint64_t n = arguments["allocations"]; n > 0; --n) {
      if (blocks.size() == live) out.Free(TakeAny(blocks, random));
      blocks.push_back(out.Malloc(random.Between(size, largest)));
    }
    const std::uint64_t kept = blocks.size() * arguments["kept"] / 100;
    while (blocks.size() > kept) out.Free(TakeAny(blocks, random));
    survivors.insert(survivors.end(), blocks.begin(), blocks.end());
  }
  while (!survivors.empty()) out.Free(TakeOldest(survivors));
}

void CheckPhases(const Arguments& arguments) {
  CheckSizes(arguments);
  const std::uint64_t kept =
      std::min(arguments["live"], arguments["allocations"]) * arguments["kept"] / 100;
  if (kept * arguments["phases"] <= kMostLive) return;
  throw GeneratorError(fmt::format(
      "{} blocks would survive each of {} phases, more than {} in all; lower kept or phases", kept,
      arguments["phases"], kMostLive));
}

}  // namespace

std::vector<Generator> LifetimeGenerators() {
  return {
      {.name = "lifo",
       .summary = "A stack: the newest block is freed first",
       .source = "",
       .parameters =
           {kOperations, {"depth", 1000, 1, kMostLive, "Blocks live at most"}, kLeast, kMost},
       .run = Lifo,
       .check = CheckSizes},
      {.name = "fifo",
       .summary = "One queue: the oldest block is freed first",
       .source = "",
       .parameters =
           {kOperations, {"length", 1000, 1, kMostLive, "Blocks live at most"}, kLeast, kMost},
       .run = Fifo,
       .check = CheckSizes},
      {.name = "queues",
       .summary = "Several queues of various lengths, each with blocks of one size",
       .source = "",
       .parameters = {kOperations,
                      {"queues", 16, 1, 4096, "How many; queue i has blocks of least + 16 i bytes"},
                      {"length", 256, 1, 4096, "Blocks live at most in one"},
                      kLeast},
       .run = Queues},
      {.name = "sawtooth",
       .summary = "Grows to a peak, falls to a floor, again and again",
       .source = "",
       .parameters = {{"teeth", 10, 1, kMostOperations, "How often", true},
                      {"peak", 5000, 1, kMostLive, "Blocks live at the peak"},
                      {"floor", 10, 0, 99, "Percent of them that stay"},
                      {"order", 0, 0, 2, "Freed first: 0 any, 1 the newest, 2 the oldest"},
                      kLeast,
                      kMost},
       .run = Sawtooth,
       .check = CheckSizes},
      {.name = "phases",
       .summary = "Phases with sizes of their own, each of which leaves a few blocks behind",
       .source = "Wilson et al., Dynamic Storage Allocation: A Survey and Critical Review, 1995",
       .parameters = {{"phases", 8, 1, 1'000'000, "How many", true},
                      {"allocations", 10'000, 1, kMostOperations, "In each phase"},
                      {"live", 1000, 1, kMostLive, "Blocks of the phase live at most"},
                      {"kept", 5, 0, 100, "Percent of these that outlive the phase"},
                      kLeast,
                      kMost},
       .run = Phases,
       .check = CheckPhases},
  };
}

}  // namespace alloclab::generators
