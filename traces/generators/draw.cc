#include "traces/generators/draw.h"

#include <algorithm>
#include <array>
#include <bit>
#include <queue>

#include "traces/event_kind.h"
#include "traces/generators/families.h"
#include "traces/generators/limits.h"

namespace alloclab::generators {
namespace {

constexpr std::uint64_t kNever = UINT64_MAX;

// Numbers as often as the buckets count them; nothing (kNever) as often as `never` says. O(log n).
class Distribution {
 public:
  Distribution() = default;
  explicit Distribution(const Buckets& buckets, std::uint64_t never = 0)
      : buckets_(buckets), total_(never) {
    std::uint64_t sum = 0;
    for (const Bucket& bucket : buckets) sums_.push_back(sum += bucket.count);
    total_ += sum;
  }

  std::uint64_t total() const { return total_; }
  std::uint64_t Draw(Random& random) const {
    const std::uint64_t rank = random.Below(total_);
    const auto at = std::upper_bound(sums_.begin(), sums_.end(), rank);
    if (at == sums_.end()) return kNever;
    const Bucket& bucket = buckets_[static_cast<std::size_t>(at - sums_.begin())];
    return random.Between(bucket.least, bucket.most);
  }

 private:
  Buckets buckets_;
  std::vector<std::uint64_t> sums_;
  std::uint64_t total_ = 0;
};

// What one allocation asks for, and how long it lives.
struct Wish {
  Event event;
  std::uint64_t lifetime = kNever;
};

class Cdf {
 public:
  explicit Cdf(const TraceModel& model) {
    Buckets kinds;
    for (const KindModel& kind : model.kinds) {
      const std::uint64_t number = kinds_.size();
      kinds_.push_back({kind.kind, Distribution(kind.sizes), Distribution(kind.alignments)});
      kinds.push_back({number, number, kinds_.back().sizes.total()});
    }
    choose_ = Distribution(kinds);
    for (const ClassModel& of_size : model.classes) {
      lifetimes_[static_cast<std::size_t>(of_size.size_bits)] =
          Distribution(of_size.lifetimes, of_size.never_freed);
    }
  }

  Wish Draw(Random& random) const {
    const Kind& kind = kinds_[static_cast<std::size_t>(choose_.Draw(random))];
    Wish wish;
    wish.event.kind = kind.kind;
    wish.event.size = kind.sizes.Draw(random);
    if (kind.alignments.total() > 0) {
      wish.event.alignment = std::uint64_t{1} << kind.alignments.Draw(random);
    }
    const auto bits = static_cast<std::size_t>(std::bit_width(wish.event.size));
    wish.lifetime = lifetimes_[bits].Draw(random);
    return wish;
  }

 private:
  struct Kind {
    EventKind kind;
    Distribution sizes;
    Distribution alignments;
  };
  std::vector<Kind> kinds_;
  Distribution choose_;
  std::array<Distribution, 64> lifetimes_;  // by the bits of a size
};

// A sum of products that need not fit into 64 bits.
class Mean {
 public:
  void Add(const Buckets& buckets) {
    for (const Bucket& bucket : buckets) {
      sum_ += (Wide{bucket.least} + bucket.most) * bucket.count / 2;
      count_ += bucket.count;
    }
  }
  std::uint64_t value() const {
    return count_ == 0 ? 0 : static_cast<std::uint64_t>(sum_ / count_);
  }
  std::uint64_t count() const { return count_; }

 private:
  __extension__ using Wide = unsigned __int128;
  Wide sum_ = 0;
  std::uint64_t count_ = 0;
};

class Means {
 public:
  explicit Means(const TraceModel& model) {
    for (const KindModel& kind : model.kinds) size_.Add(kind.sizes);
    for (const ClassModel& of_size : model.classes) {
      lifetime_.Add(of_size.lifetimes);
      never_freed_ += of_size.never_freed;
    }
  }

  Wish Draw(Random& random) const {
    Wish wish;
    wish.event.size = random.Between(0, 2 * size_.value());
    if (!random.Chance(never_freed_, never_freed_ + lifetime_.count())) {
      wish.lifetime = random.Between(0, 2 * lifetime_.value());
    }
    return wish;
  }

 private:
  Mean size_;
  Mean lifetime_;
  std::uint64_t never_freed_ = 0;
};

EventKind FreeingKind(EventKind kind) {
  if (kind == EventKind::kNew || kind == EventKind::kNewAligned) return EventKind::kDelete;
  if (kind == EventKind::kNewArray || kind == EventKind::kNewArrayAligned) {
    return EventKind::kDeleteArray;
  }
  return EventKind::kFree;
}

// The blocks that will be freed, the next first.
class Deaths {
 public:
  explicit Deaths(Emitter& out) : out_(out) {}

  void Add(std::uint64_t when, Id id, EventKind maker) {
    queue_.push({when, id, FreeingKind(maker)});
  }
  // Whether a block is due before allocation `now` is made.
  bool AnyDue(std::uint64_t now) const { return !queue_.empty() && queue_.top().when <= now; }
  Id TakeOne() {
    const Id id = queue_.top().id;
    queue_.pop();
    return id;
  }
  void FreeOne() {
    const EventKind kind = queue_.top().kind;
    out_.Send({.kind = kind, .ref = TakeOne()});
  }
  bool empty() const { return queue_.empty(); }

 private:
  struct Death {
    std::uint64_t when;
    Id id;
    EventKind kind;

    bool operator<(const Death& other) const {  // the largest is on top
      return when != other.when ? when > other.when : id > other.id;
    }
  };
  Emitter& out_;
  std::priority_queue<Death> queue_;
};

template <class Source>
void DrawFrom(const Source& source, std::uint64_t allocations, Random& random, Emitter& out) {
  Deaths deaths(out);
  for (std::uint64_t now = 0; now < allocations; ++now) {
    Wish wish = source.Draw(random);
    Event& event = wish.event;
    // A resize to nothing would only free.
    const bool resizes = TraitsOf(event.kind).role == EventRole::kResizes && event.size != 0;
    if (resizes && deaths.AnyDue(now)) event.ref = deaths.TakeOne();
    while (deaths.AnyDue(now)) deaths.FreeOne();
    const Id id = out.Make(event);
    if (wish.lifetime != kNever) deaths.Add(now + 1 + wish.lifetime, id, event.kind);
  }
  while (!deaths.empty()) deaths.FreeOne();
}

void Model(const Arguments& arguments, Random& random, Emitter& out) {
  const TraceModel model = ReadModel(arguments.file);
  __extension__ using Wide = unsigned __int128;
  const Wide allocations = Wide{model.allocations} * arguments["share"] / 1000;
  if (allocations == 0 || allocations > kMostModelAllocations) {
    throw GeneratorError(fmt::format(
        "{} thousandths of {} allocations is none, or more than {}; choose another scale",
        arguments["share"], model.allocations, kMostModelAllocations));
  }
  DrawTrace(model, {static_cast<std::uint64_t>(allocations), arguments["mean"] != 0}, random, out);
}

}  // namespace

void DrawTrace(const TraceModel& model, const DrawOptions& options, Random& random, Emitter& out) {
  if (options.means_only) {
    DrawFrom(Means(model), options.allocations, random, out);
  } else {
    DrawFrom(Cdf(model), options.allocations, random, out);
  }
}

std::vector<Generator> ModelGenerators() {
  return {
      {.name = "model",
       .summary =
           "Sizes and lifetimes drawn from a model that alloclab fit has learnt from a trace",
       .source = "Zorn and Grunwald, Evaluating models of memory allocation, 1994",
       .parameters = {{"share", 1000, 1, kMostOperations,
                       "Allocations, in thousandths of those of the model's trace", true},
                      {"mean", 0, 0, 1, "1 draws from the means alone, 0 from the distributions"}},
       .run = Model,
       .file_name = "model",
       .file_help = "The model, as alloclab fit writes it"},
  };
}

}  // namespace alloclab::generators
