// Attacks on one way of choosing among the gaps that fit. They name no address: what happens
// follows from sizes alone, whichever of equal gaps the victim takes.
//
// robson_best_fit spoils as much memory as there can be with one unit in every n - 2. R are blocks,
// F gaps, the index their units; the heap of k tiles is
//
//     R[n-2] F[n-3] R[1] F[n-3] R[1] ... F[n-3] R[1]         live: k + n - 2, length: (k + 1)(n -
//     2)
//
// No gap holds n - 2 units, so blocks of that size go to the end. One step makes a tile of them:
// the new gap F[n] at the end is exchanged with the tile before it, and so on down to the
// beginning.
//
//     F[n-3] R[1]    F[n]         R[n-5] R[1]
//     F[n-3] R[1]    R[n-2] R[2]  R[n-5] R[1]      n - 2 fits best into n; 2 fits what is left
//     F[2n-4]               R[2]  R[n-5] R[1]      both before are freed, and merge
//     R[n]   R[n-5] R[1]    R[2]  R[n-5] R[1]      n fits nowhere else; n - 5 fits n - 4 best
//     F[n]   R[n-5] R[1]    F[n-3]       R[1]      the same two, the other way round
//
// First fit would put the small blocks into the tiles and be done. A step is O(k) events, and k
// tiles are 5 k^2 of them. Source: Robson, 1977; the pattern is that of Knuth, TAOCP 1, 2.5,
// exercise 42.
//
// splinter is the other way about: best fit needs what is live, first fit much more.
//
//     | A_1 | pin | t_1 | pin | A_2 | pin | t_2 | pin | ...        each t more than half of A
//
// In each round A_i and t_i are freed, and then t_i and A_i asked for again. Best fit puts both
// back. First fit puts t_i into the gap of A_i, which is the lowest it fits, and has no room for
// A_i below the end of the heap. The t_i grow by one unit a round, so none fits into what an
// earlier one left.

#include <fmt/format.h>

#include "traces/generators/families.h"
#include "traces/generators/limits.h"
#include "traces/generators/robson_bounds.h"

namespace alloclab::generators {
namespace {

class Units {
 public:
  Units(const Arguments& arguments, Emitter& out)
      : unit_(arguments["unit"]), header_(arguments["header"]), out_(out) {}

  Id Get(std::uint64_t units) { return out_.Malloc(units * unit_ - header_); }
  void Free(Id id) { out_.Free(id); }

 private:
  std::uint64_t unit_;
  std::uint64_t header_;
  Emitter& out_;
};

class BestFitAttack {
 public:
  BestFitAttack(const Arguments& arguments, Emitter& out)
      : n_(arguments["largest"]), m_(arguments["live"]), heap_(arguments, out) {}

  void Run() {
    Begin();
    // The most that is live in a step is 4 n - 9 more than there are tiles.
    while (pins_.size() + 4 * n_ - 9 <= m_) AddTile();
    End();
  }

 private:
  // As many tiles as can be live with what fills their gaps.
  void Begin() {
    front_ = heap_.Get(n_ - 2);
    std::vector<Id> fillers;
    for (std::uint64_t live = n_ - 2; live + n_ - 2 <= m_; live += n_ - 2) {
      fillers.push_back(heap_.Get(n_ - 3));
      pins_.push_back(heap_.Get(1));
    }
    for (const Id filler : fillers) heap_.Free(filler);
  }

  void AddTile() {
    const Id temporary = heap_.Get(n_ - 2);
    const Id guard = heap_.Get(n_ - 2);  // so that what is freed before it does not leave the heap
    heap_.Free(pins_.back());
    heap_.Free(temporary);
    Id large = heap_.Get(n_);
    Id middle = heap_.Get(n_ - 5);
    Id pin = heap_.Get(1);
    heap_.Free(large);
    heap_.Free(guard);
    // What is before the gap: a tile, or at last the front, which is as long as one.
    for (std::size_t i = pins_.size() - 1;; --i) {
      const Id filler = heap_.Get(n_ - 2);
      const Id two = heap_.Get(2);
      heap_.Free(i == 0 ? front_ : pins_[i - 1]);
      heap_.Free(filler);
      large = heap_.Get(n_);
      const Id next_middle = heap_.Get(n_ - 5);
      const Id next_pin = heap_.Get(1);
      heap_.Free(large);
      heap_.Free(two);
      heap_.Free(middle);
      pins_[i] = pin;
      middle = next_middle;
      pin = next_pin;
      if (i == 0) break;
    }
    //   F[n] R[n-5] R[1] ...  ->  R[n-2] F[n-3] R[1] ...
    heap_.Free(middle);
    front_ = heap_.Get(n_ - 2);
    pins_.insert(pins_.begin(), pin);
  }

  // What may still be live goes to the end of the heap.
  void End() {
    std::vector<Id> last;
    for (std::uint64_t live = pins_.size() + n_ - 2; live + n_ <= m_; live += n_) {
      last.push_back(heap_.Get(n_));
    }
    for (const Id id : last) heap_.Free(id);
    for (const Id pin : pins_) heap_.Free(pin);
    heap_.Free(front_);
  }

  std::uint64_t n_;
  std::uint64_t m_;
  Units heap_;
  Id front_ = kNoAllocation;
  std::vector<Id> pins_;  // the blocks of one unit, in address order
};

void RobsonBestFit(const Arguments& arguments, Random&, Emitter& out) {
  BestFitAttack(arguments, out).Run();
}

std::string BestFitBound(const Arguments& arguments) {
  const std::uint64_t m = arguments["live"];
  const std::uint64_t n = arguments["largest"];
  return fmt::format(
      "M = {} units of {} bytes live, blocks of at most n = {}: best fit is made to need at least "
      "(M - 4n + 11)(n - 2) = {} units; first fit needs at most M H(n) / ln 2, below {}",
      m, arguments["unit"], n, BestFitLeastUnits(m, n), FirstFitMostUnits(m, n) + 1);
}

void CheckHeader(const Arguments& arguments) {
  if (arguments["header"] < arguments["unit"]) return;
  throw GeneratorError(
      fmt::format("header is {} and unit is {}; a header must be smaller than a unit",
                  arguments["header"], arguments["unit"]));
}

void CheckBestFit(const Arguments& arguments) {
  CheckHeader(arguments);
  if (arguments["live"] >= 5 * arguments["largest"]) return;
  throw GeneratorError(
      fmt::format("largest is {} and live is {}; live must be at least five times as much",
                  arguments["largest"], arguments["live"]));
}

// Units of t in round i, from 0.
std::uint64_t SplinterUnits(const Arguments& arguments, std::uint64_t round) {
  return arguments["largest"] / 2 + 1 + round;
}

void Splinter(const Arguments& arguments, Random&, Emitter& out) {
  struct Round {
    Id large;
    Id splinter;
  };
  Units heap(arguments, out);
  const std::uint64_t large = arguments["largest"];
  std::vector<Round> rounds;
  std::vector<Id> pins;
  for (std::uint64_t i = 0; i < arguments["rounds"]; ++i) {
    Round round = {heap.Get(large), 0};
    pins.push_back(heap.Get(1));
    round.splinter = heap.Get(SplinterUnits(arguments, i));
    pins.push_back(heap.Get(1));
    rounds.push_back(round);
  }
  for (std::uint64_t i = 0; i < rounds.size(); ++i) {
    Round& round = rounds[static_cast<std::size_t>(i)];
    heap.Free(round.large);
    heap.Free(round.splinter);
    round.splinter = heap.Get(SplinterUnits(arguments, i));
    round.large = heap.Get(large);
  }
  for (const Round& round : rounds) {
    heap.Free(round.large);
    heap.Free(round.splinter);
  }
  for (const Id pin : pins) heap.Free(pin);
}

std::string SplinterBound(const Arguments& arguments) {
  const std::uint64_t rounds = arguments["rounds"];
  const std::uint64_t larges = rounds * arguments["largest"];
  const std::uint64_t live =
      larges + 2 * rounds + rounds * SplinterUnits(arguments, 0) + rounds * (rounds - 1) / 2;
  return fmt::format("{} units of {} bytes live, which is what best fit needs; first fit needs {}",
                     live, arguments["unit"], live + larges);
}

void CheckSplinter(const Arguments& arguments) {
  CheckHeader(arguments);
  const std::uint64_t most = (arguments["largest"] - 1) / 2;
  if (arguments["rounds"] <= most) return;
  throw GeneratorError(
      fmt::format("rounds is {}, but there are only {} sizes between half of largest, which is {}, "
                  "and all of it; "
                  "lower rounds or raise largest",
                  arguments["rounds"], most, arguments["largest"]));
}

constexpr Parameter kUnit = {"unit", 32, 1, 1 << 20,
                             "Bytes of a unit: the smallest block of the allocator, or more"};
constexpr Parameter kHeader = {"header", 8, 0, 1 << 20,
                               "Of these, bytes that the allocator keeps in each block"};

}  // namespace

std::vector<Generator> FitAttackGenerators() {
  return {
      {.name = "robson_best_fit",
       .summary = "Robson's attack on best fit: nearly n times what is live",
       .source = "Robson, Worst case fragmentation of first fit and best fit storage allocation "
                 "strategies, 1977",
       .parameters = {{"live", 400, 40, 16'384, "M, units live at most; events are 5 M^2", true},
                      {"largest", 16, 8, 1024, "n, units of the largest block"},
                      kUnit,
                      kHeader},
       .run = RobsonBestFit,
       .bound = BestFitBound,
       .check = CheckBestFit},
      {.name = "splinter",
       .summary = "Blocks that first fit puts into the gaps of larger ones, and best fit does not",
       .source = "",
       .parameters = {{"rounds", 100, 1, 32'767, "How often", true},
                      {"largest", 256, 4, 65'536, "Units of the larger block"},
                      kUnit,
                      kHeader},
       .run = Splinter,
       .bound = SplinterBound,
       .check = CheckSplinter},
  };
}

}  // namespace alloclab::generators
