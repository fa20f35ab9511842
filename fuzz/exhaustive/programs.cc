#include "fuzz/exhaustive/programs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

std::uint64_t SaturatingSum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

std::uint64_t SaturatingProduct(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max()
                                                : product;
}

class Enumeration {
 public:
  Enumeration(const Alphabet& alphabet, std::size_t operations,
              const std::function<bool(std::span<const Event>)>& visit)
      : alphabet_(alphabet), operations_(operations), visit_(visit) {
    events_.reserve(operations);
  }

  bool Extend() {
    if (events_.size() == operations_) return visit_(events_);
    for (const Event& make : alphabet_.makes) {
      if (!Make(make)) return false;
    }
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (!End({.kind = EventKind::kFree}, i)) return false;
      for (const Event& resize : alphabet_.resizes) {
        if (!Resize(resize, i)) return false;
      }
    }
    const bool last = events_.size() + 1 == operations_;
    const bool again = !events_.empty() && events_.back().kind == EventKind::kMarker;
    if (!alphabet_.refusals || last || again) return true;
    return With({.kind = EventKind::kMarker, .size = 1});
  }

 private:
  bool With(const Event& event) {
    events_.push_back(event);
    const bool more = Extend();
    events_.pop_back();
    return more;
  }

  bool Make(Event event) {
    if (event.failed) return With(event);
    event.id = next_id_++;
    live_.push_back(event.id);
    const bool more = With(event);
    live_.pop_back();
    --next_id_;
    return more;
  }

  // `event` on the i-th live block, which it ends.
  bool End(Event event, std::size_t i) {
    const auto at = live_.begin() + static_cast<std::ptrdiff_t>(i);
    event.ref = *at;
    live_.erase(at);
    const bool more = With(event);
    live_.insert(live_.begin() + static_cast<std::ptrdiff_t>(i), event.ref);
    return more;
  }

  bool Resize(Event event, std::size_t i) {
    if (!event.failed && RequestedBytes(event) == 0) return End(event, i);
    event.ref = live_[i];
    if (event.failed) return With(event);
    live_[i] = event.id = next_id_++;
    const bool more = With(event);
    live_[i] = event.ref;
    --next_id_;
    return more;
  }

  const Alphabet& alphabet_;
  const std::size_t operations_;
  const std::function<bool(std::span<const Event>)>& visit_;
  std::vector<Event> events_;
  std::vector<std::uint64_t> live_;
  std::uint64_t next_id_ = 0;
};

}  // namespace

std::uint64_t CountPrograms(const Alphabet& alphabet, std::size_t operations) {
  const auto failed = [](const Event& event) { return event.failed; };
  const auto ends = [](const Event& event) { return !event.failed && RequestedBytes(event) == 0; };
  const auto count = [](const std::vector<Event>& events, const auto& which) {
    return static_cast<std::uint64_t>(std::ranges::count_if(events, which));
  };
  const std::uint64_t refused = count(alphabet.makes, failed);
  const std::uint64_t making = alphabet.makes.size() - refused;
  const std::uint64_t ending = 1 + count(alphabet.resizes, ends);
  const std::uint64_t keeping = alphabet.resizes.size() + 1 - ending;
  // By the number of live blocks: programs of the operations that are left, and those of them that
  // may follow a refusal.
  using ByLive = std::vector<std::uint64_t>;
  ByLive all(operations + 1, 1);
  ByLive after_refusal = all;
  for (std::size_t left = 1; left <= operations; ++left) {
    // No more than this can be live with so many operations left.
    const std::size_t most = operations - left;
    ByLive next(most + 1);
    ByLive next_after(most + 1);
    for (std::size_t live = 0; live <= most; ++live) {
      const auto add = [&](std::uint64_t ways, std::uint64_t programs) {
        next_after[live] = SaturatingSum(next_after[live], SaturatingProduct(ways, programs));
      };
      add(making, all[live + 1]);
      add(refused + live * keeping, all[live]);
      if (live > 0) add(live * ending, all[live - 1]);
      next[live] = next_after[live];
      if (alphabet.refusals && left > 1) {
        next[live] = SaturatingSum(next[live], after_refusal[live]);
      }
    }
    all = std::move(next);
    after_refusal = std::move(next_after);
  }
  return all[0];
}

bool ForEachProgram(const Alphabet& alphabet, std::size_t operations,
                    const std::function<bool(std::span<const Event>)>& visit) {
  return Enumeration(alphabet, operations, visit).Extend();
}

std::vector<Event> NthProgram(const Alphabet& alphabet, std::size_t operations, std::uint64_t n) {
  std::vector<Event> found;
  ForEachProgram(alphabet, operations, [&](std::span<const Event> program) {
    if (n-- != 0) return true;
    found.assign(program.begin(), program.end());
    return false;
  });
  return found;
}

}  // namespace alloclab
