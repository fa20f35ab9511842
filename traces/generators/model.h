// A model of what a program asks of its allocator: distributions instead of events, from which
// traces of any length are drawn (draw.h).
//
//     kinds     malloc  | 16: 700 | 24: 90 | 1040-1041: 3 | ...     sizes, counted by kind of call
//     classes   5 bits  | 0: 400 | 1: 55 | ... | never freed: 12    lifetimes of sizes 16 to 31
//     live      | 0: 0 | 250: 9000 bytes, 130 blocks | ...          what was live, over time
//
// Time is counted in allocations: a block freed before the next is made has lifetime 0. Numbers are
// counted exactly as far as they are small and in buckets of a fixed relative width above; a bucket
// knows the smallest and the largest that was seen, so that a program that asks for 4096 bytes and
// nothing near stays exact.
//
// Source: Zorn and Grunwald, "Evaluating models of memory allocation", 1994: this is their model
// CDF, with lifetimes by class of size; its means alone are their MEAN. They found such models
// right for programs that behave alike all the time. For others the score (score.h) tells how wrong
// they are.

#ifndef ALLOCLAB_TRACES_GENERATORS_MODEL_H_
#define ALLOCLAB_TRACES_GENERATORS_MODEL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/event.h"

namespace alloclab::generators {

// `count` numbers from `least` to `most`.
struct Bucket {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::uint64_t count = 0;

  friend bool operator==(const Bucket&, const Bucket&) = default;
};
// In order, none empty, none overlapping.
using Buckets = std::vector<Bucket>;

std::uint64_t CountOf(const Buckets& buckets);

struct KindModel {
  EventKind kind = EventKind::kMalloc;  // one that makes or resizes
  Buckets sizes;                        // requested bytes; all numbers of a bucket are as wide
  Buckets alignments;                   // powers of two, by their logarithm, of kinds that have one

  friend bool operator==(const KindModel&, const KindModel&) = default;
};

// Allocations of as many bits of size.
struct ClassModel {
  std::uint64_t size_bits = 0;
  std::uint64_t never_freed = 0;
  Buckets lifetimes;

  friend bool operator==(const ClassModel&, const ClassModel&) = default;
};

struct LivePoint {
  std::uint64_t allocations = 0;  // made so far
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;

  friend bool operator==(const LivePoint&, const LivePoint&) = default;
};

struct TraceModel {
  std::uint64_t allocations = 0;
  std::vector<KindModel> kinds;
  std::vector<ClassModel> classes;  // by size_bits; one for each width that a size has
  std::vector<LivePoint> live;      // by allocations

  friend bool operator==(const TraceModel&, const TraceModel&) = default;
};

inline constexpr std::uint64_t kMostModelAllocations = std::uint64_t{1} << 32;

// As JSON, a list of buckets a line; and back. Throws TraceError, naming `name`, the place and the
// mend, for what is no model that a trace can be drawn from.
std::string ModelToText(const TraceModel& model);
TraceModel ModelFromText(const std::string& name, std::string_view text);

// The same in a file. Throws TraceError.
void WriteModel(const TraceModel& model, const std::string& path);
TraceModel ReadModel(const std::string& path);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_MODEL_H_
