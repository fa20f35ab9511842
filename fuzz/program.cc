#include "fuzz/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "fuzz/operation.h"
#include "fuzz/size_grammar.h"
#include "traces/checked/page_orders.h"
#include "traces/event_kind.h"
#include "traces/text_format.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

constexpr std::array<std::size_t, 16> kArenaKiB = {1, 1, 1, 1, 2, 2,  2,  3,
                                                   3, 4, 4, 6, 8, 16, 40, 128};

// A large arena costs time in proportion: one byte in 256 asks for the largest.
std::size_t ArenaBytes(std::uint8_t byte) {
  if (byte == 255) return kMaxArenaBytes;
  return kArenaKiB[byte & 15] * 1024 - std::size_t{16} * (byte >> 4);
}

// Sizes of freed blocks that a later size may refer to.
constexpr std::size_t kFreedRemembered = 16;
// The small block behind each of a comb, which keeps its holes apart.
constexpr std::uint64_t kToothBytes = 24;

class Decoder {
 public:
  explicit Decoder(std::span<const std::uint8_t> input, bool large) {
    const std::uint8_t arena = input.empty() ? 0 : input[0];
    sizes_.arena_bytes = large ? kLargeArenaBytes - std::size_t{16} * arena : ArenaBytes(arena);
    sizes_.large = large;
    in_ = input.empty() ? input : input.subspan(1);
    const std::size_t operations = in_.size() / Operation::kBytes + 1;
    for (std::vector<std::uint64_t>* each : {&sizes_.live, &sizes_.freed, &ids_}) {
      each->reserve(std::max(operations, kFreedRemembered));
    }
    events_.reserve(2 * operations);
  }

  FuzzProgram Decode() {
    while (!in_.empty() && !Full()) Do(Next());
    return {sizes_.arena_bytes, std::move(events_)};
  }

 private:
  bool Full() const { return events_.size() >= kMaxEvents; }

  Operation Next() {
    std::array<std::uint8_t, Operation::kBytes> bytes{};
    const std::size_t count = std::min(in_.size(), bytes.size());
    std::copy_n(in_.begin(), count, bytes.begin());
    in_ = in_.subspan(count);
    return {bytes[0], bytes[1], bytes[2], bytes[3]};
  }

  void Do(const Operation& operation) {
    const std::uint64_t size = SizeAt(operation.place, operation.distance, sizes_);
    switch (operation.kind()) {
      case OperationKind::kMalloc:
        return Allocate({.kind = EventKind::kMalloc, .size = size});
      case OperationKind::kFree:
        return Free(Victim(operation.which, operation.place));
      case OperationKind::kRealloc:
        return Resize(Victim(operation.which, operation.distance),
                      {.kind = EventKind::kRealloc, .size = size});
      case OperationKind::kCalloc:
        return Allocate(Product(EventKind::kCalloc, size, operation.which));
      case OperationKind::kAligned:
        return Aligned(size, operation.which);
      case OperationKind::kBurst:
        return Burst(size, operation.which);
      case OperationKind::kComb:
        return Comb(size, operation.which);
      case OperationKind::kChurn:
        return Churn(size, operation.which);
      case OperationKind::kFreeMany:
        return FreeMany(operation.which);
      case OperationKind::kOrder:
        return Order(operation);
      case OperationKind::kReallocArray:
        return Resize(Victim(operation.place, operation.distance),
                      Product(EventKind::kReallocArray, size, operation.which));
      case OperationKind::kReallocNull:
        return Allocate({.kind = EventKind::kRealloc, .size = size});
      case OperationKind::kReallocZero:
        return Resize(Victim(operation.which, operation.place), {.kind = EventKind::kRealloc});
      case OperationKind::kFreeNull:
        return Add({.kind = EventKind::kFreeNull});
    }
  }

  void Add(const Event& event) {
    if (!Full()) events_.push_back(event);
  }

  // Which live block: one of the last made, of the first, or any.
  std::size_t Victim(std::uint8_t which, std::uint8_t any) const {
    const std::size_t count = ids_.size();
    if (count == 0) return 0;
    if (which < 128) return count - 1 - which % 16 % count;
    if (which < 192) return which % 16 % count;
    return any % count;
  }

  // Files an event that makes an allocation, or cannot.
  void Allocate(Event event) {
    if (Full()) return;
    const std::uint64_t bytes = RequestedBytes(event);
    if (TooMuchToTouch(event, bytes)) {
      event = {.kind = EventKind::kMalloc, .size = bytes};
    }
    event.failed = event.failed || bytes > sizes_.arena_bytes;
    if (!event.failed) Live(event, bytes);
    events_.push_back(event);
  }

  // Whether the call would write to `bytes` bytes, which are more than there is memory for.
  bool TooMuchToTouch(const Event& event, std::uint64_t bytes) const {
    const bool touches =
        event.kind == EventKind::kCalloc || TraitsOf(event.kind).role == EventRole::kResizes;
    return sizes_.large && touches && bytes > kMostCopied && bytes <= sizes_.arena_bytes;
  }

  void Live(Event& event, std::uint64_t bytes) {
    event.id = next_id_++;
    ids_.push_back(event.id);
    sizes_.live.push_back(bytes);
    sizes_.live_bytes += bytes;
  }

  // The block at `place` of the live ones ends; its number.
  std::uint64_t End(std::size_t place) {
    const auto offset = static_cast<std::ptrdiff_t>(place);
    const std::uint64_t id = ids_[place];
    if (sizes_.freed.size() == kFreedRemembered) sizes_.freed.erase(sizes_.freed.begin());
    sizes_.freed.push_back(sizes_.live[place]);
    sizes_.live_bytes -= sizes_.live[place];
    ids_.erase(ids_.begin() + offset);
    sizes_.live.erase(sizes_.live.begin() + offset);
    return id;
  }

  void Free(std::size_t place) {
    if (Full()) return;
    if (ids_.empty()) return Add({.kind = EventKind::kFreeNull});
    Add({.kind = EventKind::kFree, .ref = End(place)});
  }

  // Resizes the block at `place`; where there is none, NULL.
  void Resize(std::size_t place, Event event) {
    if (ids_.empty()) return Allocate(event);
    if (Full()) return;
    const std::uint64_t bytes = RequestedBytes(event);
    // Either way: a block that was made smaller may keep all of its bytes, and have them copied
    // when it moves later.
    if (bytes <= sizes_.arena_bytes && TooMuchToTouch(event, std::max(bytes, sizes_.live[place]))) {
      return Free(place);
    }
    event.failed = bytes > sizes_.arena_bytes;
    event.ref = event.failed ? ids_[place] : End(place);
    if (!event.failed && bytes != 0) Live(event, bytes);
    events_.push_back(event);
  }

  // A product of count and size: one that is about `size`, or one past 2^64.
  static Event Product(EventKind kind, std::uint64_t size, std::uint8_t which) {
    Event event{.kind = kind, .size = size, .count = which % 8u};
    if (which < 96) {  // count times the size
    } else if (which < 176) {
      event.count += 1;
      event.size /= event.count;
    } else if (which < 208) {
      // The least count whose product with the size is past 2^64.
      event.count = size == 0 ? UINT64_MAX : UINT64_MAX / size + 1;
    } else if (which < 232) {
      // A product of 2^64, or a little more: what is left of it fits.
      const unsigned power = 32 + which % 24;
      event.count = std::uint64_t{1} << power;
      event.size = (std::uint64_t{1} << (64 - power)) + (size % 2 == 0 ? 0 : size % 64);
    } else {
      event.count = (std::uint64_t{1} << (20 + which % 24)) + 1;
    }
    return event;
  }

  // A power of two up to 128 KiB; up to 2^63; or none.
  static std::uint64_t Alignment(unsigned which) {
    constexpr std::array<std::uint64_t, 8> kOdd = {0, 3, 24, 40, 4097, UINT64_MAX, (1ull << 63) + 1,
                                                   12};
    if (which < 48) return std::uint64_t{1} << (which % 18);
    if (which < 56) return std::uint64_t{1} << (which < 52 ? 63 : 62 - which % 4 * 10);
    return kOdd[which % kOdd.size()];
  }

  void Aligned(std::uint64_t size, std::uint8_t which) {
    constexpr std::array<EventKind, 4> kKinds = {EventKind::kMemalign, EventKind::kAlignedAlloc,
                                                 EventKind::kPosixMemalign, EventKind::kValloc};
    Event event{.kind = kKinds[which / 64], .size = size};
    if (event.kind == EventKind::kValloc) {
      if (which % 2 == 1) event.kind = EventKind::kPvalloc;
    } else {
      event.alignment = Alignment(which % 64);
      const bool posix = event.kind == EventKind::kPosixMemalign;
      event.failed =
          !std::has_single_bit(event.alignment) || (posix && event.alignment % sizeof(void*) != 0);
    }
    Allocate(event);
  }

  // How many blocks of a size: no more than a few beyond what the arena can hold.
  std::size_t Count(std::uint8_t which, std::uint64_t size) const {
    const std::uint64_t most = 2 + sizes_.arena_bytes / std::max<std::uint64_t>(size, 16);
    return std::min<std::uint64_t>(kCounts[which % kCounts.size()], most);
  }

  // Many blocks of one size: fills a class, or the arena.
  void Burst(std::uint64_t size, std::uint8_t which) {
    const std::size_t count = Count(which, size);
    for (std::size_t i = 0; i < count; ++i) Allocate({.kind = EventKind::kMalloc, .size = size});
  }

  // Holes of one size that cannot be merged.
  void Comb(std::uint64_t size, std::uint8_t which) {
    const std::size_t before = ids_.size();
    const std::size_t count = Count(which, size);
    for (std::size_t i = 0; i < count; ++i) {
      Allocate({.kind = EventKind::kMalloc, .size = size});
      Allocate({.kind = EventKind::kMalloc, .size = kToothBytes});
    }
    if (size > sizes_.arena_bytes) return;
    for (std::size_t place = before; place < ids_.size() && !Full(); ++place) Free(place);
  }

  void Churn(std::uint64_t size, std::uint8_t which) {
    const std::size_t count = Count(which, 0);
    for (std::size_t i = 0; i < count && size <= sizes_.arena_bytes; ++i) {
      Allocate({.kind = EventKind::kMalloc, .size = size});
      if (!Full()) Free(ids_.size() - 1);
    }
  }

  // Frees all live blocks, last or first made first; or one in two, three or four of them.
  void FreeMany(std::uint8_t which) {
    const std::size_t step = 1 + which / 2 % 4;
    const std::size_t from = which % 2;
    if (step == 1) {
      while (!ids_.empty() && !Full()) Free(from == 0 ? ids_.size() - 1 : 0);
      return;
    }
    for (std::size_t place = from; place < ids_.size() && !Full(); place += step - 1) Free(place);
  }

  // An order to the page source (page_orders.h): to refuse the next request mostly; the next few,
  // or the one after some; to hand out less or more at once; to take nothing back, or any span.
  void Order(const Operation& operation) {
    const std::uint64_t which = operation.which;
    const std::uint64_t more = operation.distance;
    std::uint64_t order = 0;
    if (which < 160) {
      order = page_orders::Refuse(which < 96 ? 1 : which % 16, more < 192 ? 0 : more % 8);
    } else if (which < 192) {
      order = which;
    } else if (which < 224) {
      order = page_orders::kUnit + (which < 208 ? which % 4 : more);
    } else if (which < 240) {
      order = page_orders::kKeep + 1 + which % 3;
    } else {
      order = page_orders::kAnywhere + (which < 254 ? 1 : 0);
    }
    Add({.kind = EventKind::kMarker, .size = order});
  }

  std::span<const std::uint8_t> in_;
  SizesSoFar sizes_;
  std::vector<std::uint64_t> ids_;  // live allocations, with sizes_.live
  std::uint64_t next_id_ = 0;
  std::vector<Event> events_;
};

}  // namespace

FuzzProgram DecodeFuzzProgram(std::span<const std::uint8_t> input) {
  return Decoder(input, /*large=*/false).Decode();
}

FuzzProgram DecodeLargeProgram(std::span<const std::uint8_t> input) {
  return Decoder(input, /*large=*/true).Decode();
}

FuzzProgram WithRefusals(FuzzProgram program, std::uint64_t count, std::uint64_t after) {
  program.events.insert(program.events.begin(),
                        {.kind = EventKind::kMarker, .size = page_orders::Refuse(count, after)});
  return program;
}

std::string TraceText(const FuzzProgram& program, std::string_view allocator,
                      std::string_view verdict) {
  std::string text =
      fmt::format("{}{}\n# arena: {}\n# allocator: {}\n# fuzz_program_version: {}\n", kTextTitle,
                  kTextVersion, program.arena_bytes, allocator, kProgramVersion);
  if (!verdict.empty()) text += fmt::format("# verdict: {}\n", EscapeValue(verdict));
  text += '\n';
  for (const Event& event : program.events) text += FormatEvent(event) + "\n";
  return text;
}

}  // namespace alloclab
