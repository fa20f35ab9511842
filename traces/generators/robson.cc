// Robson's attack on allocators that cannot move what they gave out: blocks are freed so that no
// gap between those that stay is as large as what is asked for next, and so the heap must grow.
//
//     ask for as many of size r as may be live       | a | a | a | a | a | a | a | a |
//     free all but enough to keep each gap below r'  |   | a |   | a |   | a |   | a |
//     ask for as many of size r' > r                 |   | a |   | a |   | a |   | a |    b   | b
//
// robson doubles r, up to n: every step leaves half of M live and adds the other half to the heap.
// It ends at M (1 + log2(n)/2), where 2 n divides M; that is what no allocator can escape by
// Robson's theorem (robson_bounds.h) and n - 1 more, for first fit is not the best there is.
// robson_first_fit goes through 1, 2, 3, .. n. Its gaps grow with r and are never much smaller, so
// less must stay live to spoil the same memory: 3/4 M log2(n) and more, past the theorem and
// towards first fit's own bound, which it does not reach.
//
// The attack need not watch its victim. Whatever places each block at the lowest address it fits
// puts all of a step above all that is there, for no gap is large enough; so does every allocator
// that merges what is free and has one heap. The positions here, in units from the bottom of the
// heap, are those of first fit. A request is `unit` x size - `header` bytes, so that a block with
// its header is a whole number of units, and a remainder of one is still a block.
//
// Invariants: blocks_ is in address order; every gap is smaller than the last size asked for. A
// step is O(live blocks).

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <deque>

#include "traces/generators/families.h"
#include "traces/generators/limits.h"
#include "traces/generators/robson_bounds.h"

namespace alloclab::generators {
namespace {

class Attack {
 public:
  Attack(const Arguments& arguments, Emitter& out)
      : budget_(arguments["live"]),
        unit_(arguments["unit"]),
        header_(arguments["header"]),
        out_(out) {}

  // Asks for as many blocks of `size` units as may be live.
  void Fill(std::uint64_t size) {
    std::uint64_t top = blocks_.empty() ? 0 : blocks_.back().end();
    for (; budget_ >= size; budget_ -= size, top += size) {
      blocks_.push_back({top, size, out_.Malloc(size * unit_ - header_)});
    }
  }

  // Frees all but a lightest set of blocks that leaves no gap of `size` units. The last stays, for
  // without it the heap would shrink.
  //
  // cost[i] is the weight of the lightest such set of the blocks up to i that ends with i, and the
  // block before it in the set is the cheapest of those that end close enough below: a minimum over
  // a window that only moves up.
  void Thin(std::uint64_t size) {
    std::vector<std::uint64_t> cost(blocks_.size());
    std::vector<std::size_t> before(blocks_.size(), kNone);
    std::deque<std::size_t> window;  // by address, and by cost, too
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (i > 0) {
        while (!window.empty() && cost[window.back()] > cost[i - 1]) window.pop_back();
        window.push_back(i - 1);
      }
      const Block& block = blocks_[i];
      while (!window.empty() && block.begin - blocks_[window.front()].end() >= size) {
        window.pop_front();
      }
      // Near the bottom of the heap nothing needs to stay below.
      if (block.begin >= size) {
        before[i] = window.front();
        cost[i] = cost[before[i]];
      }
      cost[i] += block.size;
    }
    Keep(before);
  }

  void FreeAll() {
    for (const Block& block : blocks_) out_.Free(block.id);
  }

 private:
  struct Block {
    std::uint64_t begin;
    std::uint64_t size;
    Id id;

    std::uint64_t end() const { return begin + size; }
  };
  static constexpr std::size_t kNone = SIZE_MAX;

  // Frees every block that is not in the chain from the last one down.
  void Keep(const std::vector<std::size_t>& before) {
    std::vector<bool> kept(blocks_.size(), false);
    for (std::size_t i = blocks_.size() - 1; i != kNone; i = before[i]) kept[i] = true;
    std::vector<Block> left;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (kept[i]) {
        left.push_back(blocks_[i]);
      } else {
        out_.Free(blocks_[i].id);
        budget_ += blocks_[i].size;
      }
    }
    blocks_ = std::move(left);
  }

  std::uint64_t budget_;  // units that may still be asked for
  std::uint64_t unit_;
  std::uint64_t header_;
  Emitter& out_;
  std::vector<Block> blocks_;
};

void Robson(const Arguments& arguments, Random&, Emitter& out) {
  Attack attack(arguments, out);
  attack.Fill(1);
  for (std::uint64_t size = 2; size <= arguments["largest"]; size *= 2) {
    attack.Thin(size);
    attack.Fill(size);
  }
  attack.FreeAll();
}

void RobsonFirstFit(const Arguments& arguments, Random&, Emitter& out) {
  Attack attack(arguments, out);
  attack.Fill(1);
  for (std::uint64_t size = 2; size <= arguments["largest"]; ++size) {
    attack.Thin(size);
    attack.Fill(size);
  }
  attack.FreeAll();
}

std::string RobsonBound(const Arguments& arguments) {
  const std::uint64_t m = arguments["live"];
  const std::uint64_t n = arguments["largest"];
  return fmt::format(
      "M = {} units of {} bytes live, blocks of at most n = {}: any allocator needs at least M (1 "
      "+ "
      "log2(n)/2) - n + 1 = {} units for the program of this kind that is worst for it",
      m, arguments["unit"], n, RobsonUnits(m, n));
}

std::string FirstFitBound(const Arguments& arguments) {
  const std::uint64_t m = arguments["live"];
  const std::uint64_t n = arguments["largest"];
  return fmt::format(
      "M = {} units of {} bytes live, blocks of at most n = {}: first fit needs at most M H(n) / "
      "ln 2, "
      "below {} units",
      m, arguments["unit"], n, FirstFitMostUnits(m, n) + 1);
}

void CheckUnits(const Arguments& arguments) {
  if (arguments["header"] >= arguments["unit"]) {
    throw GeneratorError(
        fmt::format("header is {} and unit is {}; a header must be smaller than a unit",
                    arguments["header"], arguments["unit"]));
  }
  if (arguments["largest"] > arguments["live"] / 2) {
    throw GeneratorError(
        fmt::format("largest is {} and live is {}; live must be at least twice as much",
                    arguments["largest"], arguments["live"]));
  }
}

void CheckRobson(const Arguments& arguments) {
  CheckUnits(arguments);
  if (std::has_single_bit(arguments["largest"])) return;
  throw GeneratorError(
      fmt::format("largest is {}, but it must be a power of two; {} is the next below",
                  arguments["largest"], std::bit_floor(arguments["largest"])));
}

std::vector<Parameter> Parameters(std::uint64_t live, std::uint64_t largest, std::uint64_t most) {
  return {{"live", live, 2, kMostLive, "M, units live at most", true},
          {"largest", largest, 1, most, "n, units of the largest block"},
          {"unit", 32, 1, 1 << 20, "Bytes of a unit: the smallest block of the allocator, or more"},
          {"header", 8, 0, 1 << 20, "Of these, bytes that the allocator keeps in each block"}};
}

}  // namespace

std::vector<Generator> RobsonGenerators() {
  return {
      {.name = "robson",
       .summary =
           "Robson's attack on every allocator: gaps just too small for the next power of two",
       .source = "Robson, Bounds for some functions concerning dynamic storage allocation, 1974",
       .parameters = Parameters(65'536, 1024, 1 << 20),
       .run = Robson,
       .bound = RobsonBound,
       .check = CheckRobson},
      {.name = "robson_first_fit",
       .summary = "The same through all sizes, which goes on towards the worst case of first fit",
       .source = "Robson, Worst case fragmentation of first fit and best fit storage allocation "
                 "strategies, 1977 (the bound)",
       .parameters = Parameters(16'384, 256, 4096),
       .run = RobsonFirstFit,
       .bound = FirstFitBound,
       .check = CheckUnits},
  };
}

}  // namespace alloclab::generators
