#include "fuzz/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <utility>

#include "fuzz/byte_reader.h"
#include "fuzz/size_grammar.h"
#include "traces/event_kind.h"
#include "traces/text_format.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

constexpr std::array<std::size_t, 16> kArenaKiB = {1, 1, 1, 1, 2, 2, 2,  3,
                                                   3, 4, 4, 6, 8, 8, 16, 64};

// A large arena costs time in proportion: one byte in 256 asks for the largest.
std::size_t ArenaBytes(std::uint8_t byte) {
  if (byte == 255) return kMaxArenaBytes;
  return kArenaKiB[byte & 15] * 1024 - std::size_t{16} * (byte >> 4);
}

// Sizes of freed blocks that a later size may refer to.
constexpr std::size_t kFreedRemembered = 16;

class Decoder {
 public:
  explicit Decoder(std::span<const std::uint8_t> input) : in_(input) {
    sizes_.arena_bytes = ArenaBytes(in_.Byte());
  }

  FuzzProgram Decode() {
    while (!in_.empty() && !Full()) Operation();
    return {sizes_.arena_bytes, std::move(events_)};
  }

 private:
  bool Full() const { return events_.size() >= kMaxEvents; }

  void Operation() {
    const std::uint8_t byte = in_.Byte();
    const std::size_t which = byte >> 4;
    switch (byte & 15) {
      case 0:
      case 1:
      case 2:
      case 3:
        return Allocate({.kind = EventKind::kMalloc, .size = DrawSize(in_, sizes_)});
      case 4:
      case 5:
      case 6:
      case 7:
        return Free(Victim(which));
      case 8:
      case 9:
      case 10:
        return Resize(Victim(which), {.kind = EventKind::kRealloc, .size = DrawSize(in_, sizes_)});
      case 11:
        return Array(which);
      case 12:
        return Aligned(which);
      case 13:
        return Burst(which + 2);
      case 14:
        return FreeMany(which);
      default:
        return Rare(which);
    }
  }

  // Which live block: the last ones made, the first ones, or any.
  std::size_t Victim(std::size_t which) {
    const std::size_t count = ids_.size();
    if (count == 0) return 0;
    if (which < 6) return count - 1 - which % count;
    if (which < 10) return (which - 6) % count;
    return in_.Byte() % count;
  }

  // Files an event that makes an allocation, or cannot.
  void Allocate(Event event) {
    if (Full()) return;
    const std::uint64_t bytes = RequestedBytes(event);
    event.failed = event.failed || bytes > sizes_.arena_bytes;
    if (!event.failed) Live(event, bytes);
    events_.push_back(event);
  }

  void Live(Event& event, std::uint64_t bytes) {
    event.id = next_id_++;
    ids_.push_back(event.id);
    sizes_.live.push_back(bytes);
  }

  // The block at `place` of the live ones ends; its number.
  std::uint64_t End(std::size_t place) {
    const auto offset = static_cast<std::ptrdiff_t>(place);
    const std::uint64_t id = ids_[place];
    if (sizes_.freed.size() == kFreedRemembered) sizes_.freed.erase(sizes_.freed.begin());
    sizes_.freed.push_back(sizes_.live[place]);
    ids_.erase(ids_.begin() + offset);
    sizes_.live.erase(sizes_.live.begin() + offset);
    return id;
  }

  void Free(std::size_t place) {
    if (Full()) return;
    if (ids_.empty()) {
      events_.push_back({.kind = EventKind::kFreeNull});
    } else {
      events_.push_back({.kind = EventKind::kFree, .ref = End(place)});
    }
  }

  // Resizes the block at `place`; where there is none, NULL.
  void Resize(std::size_t place, Event event) {
    if (ids_.empty()) return Allocate(event);
    if (Full()) return;
    const std::uint64_t bytes = RequestedBytes(event);
    event.failed = bytes > sizes_.arena_bytes;
    event.ref = event.failed ? ids_[place] : End(place);
    if (!event.failed && bytes != 0) Live(event, bytes);
    events_.push_back(event);
  }

  // calloc: a product that fits, or one that overflows.
  void Array(std::size_t which) {
    Event event{.kind = EventKind::kCalloc, .size = DrawSize(in_, sizes_)};
    if (which < 8) {
      event.count = which % 4 == 0 ? 1 : which;
    } else if (which < 14) {
      event.count = 1 + which % 3;
      event.size /= event.count;
    } else {
      // The least count whose product with the size is past 2^64.
      event.count = event.size == 0 ? UINT64_MAX : UINT64_MAX / event.size + 1;
    }
    Allocate(event);
  }

  void Aligned(std::size_t which) {
    constexpr std::array<EventKind, 3> kKinds = {EventKind::kMemalign, EventKind::kAlignedAlloc,
                                                 EventKind::kPosixMemalign};
    Event event{.kind = kKinds[which % kKinds.size()]};
    const std::uint8_t byte = in_.Byte();
    // Up to 128 KiB; one in sixteen is no power of two, or absurd.
    event.alignment = byte < 240 ? std::uint64_t{1} << (byte % 18)
                                 : std::rotl(std::uint64_t{byte}, 56 * (byte % 2));
    event.size = DrawSize(in_, sizes_);
    const bool is_posix = event.kind == EventKind::kPosixMemalign;
    event.failed =
        !std::has_single_bit(event.alignment) || (is_posix && event.alignment % sizeof(void*) != 0);
    Allocate(event);
  }

  // Many blocks of one size: fills a class, or the arena.
  void Burst(std::size_t count) {
    const std::uint64_t size = DrawSize(in_, sizes_);
    for (std::size_t i = 0; i < count; ++i) Allocate({.kind = EventKind::kMalloc, .size = size});
  }

  // Frees all live blocks, last or first made first; every other one; or one in three.
  void FreeMany(std::size_t which) {
    const std::size_t step = 1 + (which / 2) % 3;
    const std::size_t from = which % 2;
    if (step == 1) {
      while (!ids_.empty() && !Full()) Free(from == 0 ? ids_.size() - 1 : 0);
      return;
    }
    for (std::size_t place = from; place < ids_.size() && !Full(); place += step - 1) Free(place);
  }

  void Rare(std::size_t which) {
    if (Full()) return;
    switch (which) {
      case 0:
      case 1:
        events_.push_back({.kind = EventKind::kFreeNull});
        return;
      case 2:
        return Allocate({.kind = EventKind::kRealloc, .size = DrawSize(in_, sizes_)});
      case 3:
      case 4:
        return Resize(Victim(in_.Byte() & 15), {.kind = EventKind::kRealloc, .size = 0});
      case 5:
      case 6: {
        const std::uint64_t count = in_.Byte() % 8;
        return Resize(Victim(which), {.kind = EventKind::kReallocArray,
                                      .size = DrawSize(in_, sizes_),
                                      .count = which == 5 ? count : (UINT64_MAX >> count)});
      }
      case 7:
        return Allocate({.kind = EventKind::kValloc, .size = DrawSize(in_, sizes_)});
      case 8:
        return Allocate({.kind = EventKind::kPvalloc, .size = DrawSize(in_, sizes_)});
      default:
        // The page source refuses: the next request mostly, the next few sometimes, or no more.
        events_.push_back({.kind = EventKind::kMarker, .size = which < 13 ? 1 : in_.Byte() % 8u});
    }
  }

  ByteReader in_;
  SizesSoFar sizes_;
  std::vector<std::uint64_t> ids_;  // live allocations, with sizes_.live
  std::uint64_t next_id_ = 0;
  std::vector<Event> events_;
};

}  // namespace

FuzzProgram DecodeFuzzProgram(std::span<const std::uint8_t> input) {
  return Decoder(input).Decode();
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
