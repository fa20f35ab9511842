#include "allocator/shadow.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

namespace alloclab {
namespace {

// The pattern of a block: 8 bytes at a time, different in every block and at every place in it
// (the finaliser of splitmix64, Steele et al., 2014).
std::uint64_t PatternWord(std::uint64_t serial, std::size_t word) {
  std::uint64_t x = serial * 0x9E3779B97F4A7C15u + word;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  return x ^ (x >> 27);
}

// Fills [begin, end) of the block at p; `begin` is a multiple of 8. Whole words first: a copy of
// constant size is one instruction, under sanitizers too.
void Fill(void* p, std::size_t begin, std::size_t end, std::uint64_t serial) {
  auto* out = static_cast<std::byte*>(p) + begin;
  const std::size_t words = end / sizeof(std::uint64_t);
  for (std::size_t i = begin / sizeof(std::uint64_t); i < words;
       ++i, out += sizeof(std::uint64_t)) {
    const std::uint64_t word = PatternWord(serial, i);
    std::memcpy(out, &word, sizeof(word));
  }
  const std::size_t rest = end % sizeof(std::uint64_t);
  if (rest == 0 || begin == end) return;  // as most are
  const std::uint64_t last = PatternWord(serial, words);
  std::memcpy(out, &last, rest);
}

// The first byte in [begin, end) of the block at p that differs from the pattern, or `end`.
std::size_t FirstDifference(const void* p, std::size_t begin, std::size_t end,
                            std::uint64_t serial) {
  const auto* in = static_cast<const std::byte*>(p) + begin;
  const std::size_t words = end / sizeof(std::uint64_t);
  const auto at = [](std::size_t word, std::uint64_t difference) {
    return word * sizeof(word) + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  };
  for (std::size_t i = begin / sizeof(std::uint64_t); i < words; ++i, in += sizeof(std::uint64_t)) {
    std::uint64_t found;
    std::memcpy(&found, in, sizeof(found));
    const std::uint64_t difference = found ^ PatternWord(serial, i);
    if (difference != 0) return at(i, difference);
  }
  const std::size_t rest = end % sizeof(std::uint64_t);
  if (rest == 0 || begin == end) return end;
  const std::uint64_t expected = PatternWord(serial, words);
  std::uint64_t found = expected;
  std::memcpy(&found, in, rest);
  return found == expected ? end : at(words, found ^ expected);
}

// Breaks a rule with a sentence. Out of line, and with what it tells by value: a function that may
// come to this needs no memory for it before it does, which under ASan costs more than its work.
template <class... Args>
[[gnu::cold, gnu::noinline]] void BreakWith(Shadow& shadow, Rule rule, const void* address,
                                            fmt::format_string<Args...> sentence, Args... args) {
  shadow.Break(rule, address, fmt::format(sentence, std::move(args)...));
}

}  // namespace

std::string_view RuleName(Rule rule) {
  switch (rule) {
    case Rule::kBounds:
      return "bounds";
    case Rule::kAlignment:
      return "alignment";
    case Rule::kOverlap:
      return "overlap";
    case Rule::kContents:
      return "contents";
    case Rule::kUsableSize:
      return "usable size";
    case Rule::kZeroed:
      return "zeroed";
    case Rule::kAbsurdSize:
      return "absurd size";
    case Rule::kWalk:
      return "walk";
    case Rule::kIndex:
      return "index";
    case Rule::kFreeNeighbours:
      return "free neighbours";
    case Rule::kInPlace:
      return "in place";
    case Rule::kFreeEnd:
      return "free end";
    case Rule::kHeldWhenEmpty:
      return "held when empty";
    case Rule::kRefused:
      return "refused";
    case Rule::kErrno:
      return "errno";
    case Rule::kSteps:
      return "steps";
    case Rule::kPlacement:
      return "placement";
    case Rule::kMisuse:
      return "misuse";
  }
  return "unknown";
}

std::optional<Rule> RuleNamed(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Rule::kMisuse); ++i) {
    if (RuleName(static_cast<Rule>(i)) == name) return static_cast<Rule>(i);
  }
  return {};
}

namespace {
std::uint32_t unwatched = 0;  // a bit for each rule
}  // namespace

void Unwatch(Rule rule) { unwatched |= std::uint32_t{1} << static_cast<int>(rule); }
bool IsWatched(Rule rule) { return (unwatched >> static_cast<int>(rule) & 1) == 0; }

void Shadow::Break(Rule rule, const void* address, std::string text) {
  if (!violation_ && IsWatched(rule))
    violation_ = Violation{rule, operation_, address, std::move(text)};
}

void Shadow::BreakRefused(const BlockView& hole, std::size_t n) {
  BreakWith(*this, Rule::kRefused, hole.begin,
            "{} bytes were refused, though the free block {} has {}", n,
            static_cast<const void*>(hole.begin), hole.bytes);
}

void Shadow::BreakPlacement(const void* p, std::size_t n, const BlockView& due) {
  BreakWith(*this, Rule::kPlacement, p,
            "{} bytes were served at {}, though the free block {} of {} was to serve them", n, p,
            static_cast<const void*>(due.begin), due.bytes);
}

void Shadow::BreakSteps(std::uint64_t steps, std::uint64_t bound) {
  BreakWith(*this, Rule::kSteps, nullptr, "one call looked at {} blocks, of at most {}", steps,
            bound);
}

void Shadow::BreakInPlace(const void* p, std::size_t n, std::size_t room) {
  BreakWith(*this, Rule::kInPlace, p,
            "block {} was not resized to {} bytes where it is, though there is room for {}", p, n,
            room);
}

void Shadow::BreakKeeps(Rule rule, const void* p, std::size_t n, std::size_t usable) {
  BreakWith(*this, rule, p, "block {} is to hold {} bytes, but keeps {}", p, n, usable);
}

bool Shadow::CheckPlacement(void* p, std::size_t usable, std::size_t alignment) {
  const std::uintptr_t begin = Address(p);
  if (begin % alignment != 0) {
    BreakWith(*this, Rule::kAlignment, p, "block {} is not aligned to {} bytes", p, alignment);
  }
  if (usable > std::numeric_limits<std::uintptr_t>::max() - begin) {
    BreakWith(*this, Rule::kBounds, p, "block {} of {} bytes wraps around", p, usable);
    return false;
  }
  // An empty payload still needs an address of its own.
  const std::uintptr_t end = begin + std::max<std::size_t>(usable, 1);
  const auto after = live_.lower_bound(begin);
  auto hit = live_.end();
  if (after != live_.end() && after->first < end) hit = after;
  if (after != live_.begin()) {
    const auto before = std::prev(after);
    if (before->first + std::max<std::size_t>(before->second.usable, 1) > begin) hit = before;
  }
  if (hit == live_.end()) return true;
  BreakWith(*this, Rule::kOverlap, p,
            "block {} of {} usable bytes overlaps the live block {:#x} of {}", p, usable,
            hit->first, hit->second.usable);
  return !IsWatched(Rule::kOverlap);
}

void Shadow::Remember(void* p, std::size_t n, std::size_t usable) {
  const Block block{n, usable, ++serial_};
  live_[Address(p)] = block;
  live_bytes_ += usable;
  const Filled filled = FilledOf(usable);
  Fill(p, 0, filled.front, block.serial);
  Fill(p, filled.back, usable, block.serial);
}

void Shadow::Allocated(void* p, std::size_t n, std::size_t usable, std::size_t alignment) {
  if (p == nullptr) return;
  if (n > kMaxRequestBytes) {
    BreakWith(*this, Rule::kAbsurdSize, p, "a request of {} bytes was granted", n);
    if (IsWatched(Rule::kAbsurdSize)) return;
  }
  if (usable < n) {
    BreakWith(*this, Rule::kUsableSize, p, "block {} has {} usable bytes, {} were asked for", p,
              usable, n);
    if (IsWatched(Rule::kUsableSize)) return;
  }
  if (CheckPlacement(p, usable, alignment)) Remember(p, n, usable);
}

void Shadow::AllocatedZeroed(void* p, std::size_t n, std::size_t usable, std::size_t alignment) {
  if (p != nullptr && n <= kMaxRequestBytes && n <= usable) {
    const auto* bytes = static_cast<const std::byte*>(p);
    const Filled looked_at = FilledOf(n);
    const auto is_dirty = [](std::byte b) { return b != std::byte{0}; };
    const auto* dirty = std::find_if(bytes, bytes + looked_at.front, is_dirty);
    if (dirty == bytes + looked_at.front) {
      dirty = std::find_if(bytes + looked_at.back, bytes + n, is_dirty);
    }
    if (dirty != bytes + n) {
      BreakWith(*this, Rule::kZeroed, p, "byte {} of zeroed block {} is not 0", dirty - bytes, p);
    }
  }
  Allocated(p, n, usable, alignment);
}

void Shadow::CheckPattern(std::uintptr_t address, const Block& block, std::size_t bytes) {
  const Filled filled = FilledOf(block.usable);
  CheckPart(address, block, 0, std::min(bytes, filled.front));
  if (bytes > filled.back) CheckPart(address, block, filled.back, bytes);
}

void Shadow::CheckPart(std::uintptr_t address, const Block& block, std::size_t begin,
                       std::size_t end) {
  const void* p = reinterpret_cast<const void*>(address);
  const std::size_t at = FirstDifference(p, begin, end, block.serial);
  if (at == end) return;
  BreakWith(*this, Rule::kContents, p, "byte {} of live block {} ({} bytes asked for) was changed",
            at, p, block.requested);
}

bool Shadow::Holds(const void* p) {
  const bool live = live_.contains(Address(p));
  if (!live) BreakWith(*this, Rule::kMisuse, p, "{} is not a live block", p);
  return live;
}

void Shadow::Intact(const void* p, std::size_t usable) {
  const Block& block = live_.at(Address(p));
  if (usable != block.usable) {
    BreakWith(*this, Rule::kUsableSize, p,
              "block {} had {} usable bytes when it was made and has {} now", p, block.usable,
              usable);
  }
  CheckPattern(Address(p), block, block.usable);
}

void Shadow::Resized(void* old, void* p, std::size_t n, std::size_t usable, std::size_t alignment) {
  const Block before = live_.at(Address(old));
  Forget(old);
  if (usable < n) {
    BreakWith(*this, Rule::kUsableSize, p, "block {} was resized to {} bytes but has {} usable", p,
              n, usable);
    return;
  }
  if (!CheckPlacement(p, usable, alignment)) return;
  CheckPattern(Address(p), before, std::min(before.requested, n));
  Remember(p, n, usable);
}

void Shadow::CheckContents() {
  for (const auto& [address, block] : live_) CheckPattern(address, block, block.usable);
}

void Shadow::BeginWalk(bool merges) {
  merges_ = merges;
  expected_ = live_.begin();
  previous_end_ = nullptr;
  previous_free_ = false;
  walked_bytes_ = 0;
  last_ = {};
}

void Shadow::Visit(const BlockView& block) {
  walked_bytes_ += block.bytes;
  const bool is_free = block.state == BlockState::kFree;
  if (block.begin < previous_end_) {
    Break(Rule::kWalk, block.begin, "the walk is not in address order, or its blocks overlap");
  }
  if (merges_ && is_free && previous_free_ && previous_end_ == block.begin) {
    BreakWith(*this, Rule::kFreeNeighbours, block.begin, "free blocks {} and {} are neighbours",
              static_cast<const void*>(previous_begin_), static_cast<const void*>(block.begin));
  }
  if (block.state == BlockState::kUsed) VisitUsed(block);
  if (block.state != BlockState::kOverhead) last_ = {block.begin, block.bytes, is_free};
  previous_begin_ = block.begin;
  previous_end_ = block.end();
  previous_free_ = is_free;
}

void Shadow::BreakMissing(const void* next) {
  BreakWith(*this, Rule::kBounds, next, "live block {:#x} is not in the walk, or not as used",
            expected_->first);
  expected_ = live_.upper_bound(Address(next));
}

void Shadow::VisitUsed(const BlockView& block) {
  const void* payload = block.payload;
  if (block.payload < block.begin || block.payload + block.usable > block.end()) {
    BreakWith(*this, Rule::kBounds, payload, "payload {} runs out of its block", payload);
  }
  if (expected_ == live_.end() || expected_->first > Address(payload)) {
    BreakWith(*this, Rule::kWalk, payload, "the walk shows {} as used, but nobody holds it",
              payload);
    return;
  }
  if (expected_->first < Address(payload)) {
    BreakMissing(payload);
    return;
  }
  if (block.usable != expected_->second.usable) {
    BreakWith(*this, Rule::kUsableSize, payload,
              "the walk shows block {} with {} usable bytes instead of {}", payload, block.usable,
              expected_->second.usable);
  }
  ++expected_;
}

void Shadow::EndWalk(std::optional<std::size_t> held) {
  if (expected_ != live_.end()) {
    BreakWith(*this, Rule::kBounds, reinterpret_cast<const void*>(expected_->first),
              "live block {:#x} is not in the walk, or not as used", expected_->first);
  }
  if (held && *held != walked_bytes_) {
    BreakWith(*this, Rule::kWalk, nullptr, "the walk shows {} bytes, the page source handed out {}",
              walked_bytes_, *held);
  }
}

}  // namespace alloclab
