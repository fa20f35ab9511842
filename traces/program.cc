#include "traces/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "traces/archive_reader.h"
#include "traces/event_kind.h"
#include "traces/live_table.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kPageBytes = 4096;  // the alignment of valloc and pvalloc

// Slots, the one given back last handed out first, so that a replay's table of pointers is as small
// and as warm as the program's own variables were. Knows the size asked for each.
class SlotStack {
 public:
  std::uint32_t Take(std::uint64_t size) {
    if (free_ == kNone) {
      sizes_.push_back(size);
      return static_cast<std::uint32_t>(sizes_.size() - 1);
    }
    const std::uint32_t slot = free_;
    // The free slots are a list through the sizes nobody needs.
    free_ = static_cast<std::uint32_t>(sizes_[slot]);
    sizes_[slot] = size;
    return slot;
  }
  std::uint64_t Give(std::uint32_t slot) {
    const std::uint64_t size = sizes_[slot];
    sizes_[slot] = free_;
    free_ = slot;
    return size;
  }
  std::uint64_t& SizeOf(std::uint32_t slot) { return sizes_[slot]; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(sizes_.size()); }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t free_ = kNone;
  std::vector<std::uint64_t> sizes_;
};

// What every malloc and free changes. Copied into a local variable while a block is decoded, so
// that the compiler may keep it in registers.
struct Counters {
  Op* next = nullptr;  // where the next operation goes
  std::uint64_t live_blocks = 0;
  std::uint64_t live_bytes = 0;
  std::uint64_t live_bytes_peak = 0;
  std::uint64_t bytes_requested = 0;

  void Emit(std::uint32_t slot, OpKind kind, std::uint8_t alignment_log2, std::uint64_t size) {
    *next++ = {slot, kind, alignment_log2, 0, size};
  }
  void CountRequest(std::uint64_t size) {
    const std::uint64_t bytes = LiveBytes(size);
    live_bytes += bytes;
    bytes_requested += bytes;
    live_bytes_peak = std::max(live_bytes_peak, live_bytes);
  }
};

// Turns events into operations.
class ProgramBuilder {
 public:
  // Makes room for the operations of `events` events. False when they could need a slot too many:
  // the table keeps a slot plus one in 32 bits.
  [[nodiscard]] bool Reserve(std::size_t events) {
    if (counters_.live_blocks + events >= UINT32_MAX) return false;
    Ops& ops = program_.ops;
    const std::size_t used = CutUnused();
    if (ops.capacity() - used < events) Grow(std::max(2 * ops.capacity(), used + events));
    ops.resize(used + events);
    counters_.next = ops.data() + used;
    return true;
  }

  // Gets memory for `capacity` operations, touching none of it.
  void Grow(std::size_t capacity) { program_.ops.reserve(capacity); }

  [[gnu::always_inline]] void Make(Counters& counters, std::uint64_t id, OpKind kind,
                                   std::uint8_t alignment_log2, std::uint64_t size) {
    const std::uint32_t slot = slots_.Take(size);
    table_.Insert(id, slot + 1);
    ++counters.live_blocks;
    counters.CountRequest(size);
    counters.Emit(slot, kind, alignment_log2, size);
  }

  [[gnu::always_inline]] bool Free(Counters& counters, std::uint64_t ref) {
    const std::uint32_t entry = table_.Take(ref);
    if (entry == 0) [[unlikely]]
      return false;
    const std::uint64_t size = slots_.Give(entry - 1);
    counters.live_bytes -= LiveBytes(size);
    --counters.live_blocks;
    counters.Emit(entry - 1, OpKind::kFree, 0, size);
    return true;
  }

  // Everything that is no plain malloc or free. On false Why() says what is wrong.
  bool Other(const Event& event);
  std::string Why() const { return why_.empty() ? "names an allocation which is not live" : why_; }

  Counters& counters() { return counters_; }

  Program Finish() {
    CutUnused();
    program_.slots = slots_.count();
    // A new slot is taken only when all are in use.
    program_.live_blocks_peak = slots_.count();
    program_.live_bytes_peak = counters_.live_bytes_peak;
    program_.bytes_requested = counters_.bytes_requested;
    return std::move(program_);
  }

 private:
  // Drops the operations that Reserve made room for but no event filled.
  std::size_t CutUnused() {
    Ops& ops = program_.ops;
    if (counters_.next != nullptr)
      ops.resize(static_cast<std::size_t>(counters_.next - ops.data()));
    return ops.size();
  }
  bool Resize(const Event& event);
  bool MakeAligned(const Event& event, std::uint64_t alignment, std::uint64_t size);

  Program program_;
  Counters counters_;
  SlotStack slots_;
  LiveTable<std::uint32_t> table_;  // slot + 1 of each live allocation
  std::string why_;
};

// Takes the events of one block for a builder.
class BlockSink {
 public:
  explicit BlockSink(ProgramBuilder& builder) : builder_(builder), counters_(builder.counters()) {}

  [[gnu::always_inline]] void Malloc(std::uint64_t id, std::uint64_t size) {
    builder_.Make(counters_, id, OpKind::kMalloc, 0, size);
  }
  [[gnu::always_inline]] bool Free(std::uint64_t ref) { return builder_.Free(counters_, ref); }
  bool Other(const Event& event) {
    Finish();
    const bool good = builder_.Other(event);
    counters_ = builder_.counters();
    return good;
  }
  std::string Why() const { return builder_.Why(); }
  // Gives the counters back.
  void Finish() { builder_.counters() = counters_; }

 private:
  ProgramBuilder& builder_;
  Counters counters_;
};

// An operation of its own kind for each way to make, resize or free a block.
bool ProgramBuilder::Other(const Event& event) {
  const EventRole role = TraitsOf(event.kind).role;
  if (role == EventRole::kFrees) return Free(counters_, event.ref);
  if (role == EventRole::kNotice || event.failed) {
    return event.ref == kNoAllocation || table_.Find(event.ref) != nullptr;
  }
  if (event.ref != kNoAllocation) {
    return MakesAllocation(event) ? Resize(event) : Free(counters_, event.ref);
  }
  const std::uint64_t size = RequestedBytes(event);
  switch (event.kind) {
    case EventKind::kCalloc:
      Make(counters_, event.id, OpKind::kCalloc, 0, size);
      return true;
    case EventKind::kValloc:
    case EventKind::kPvalloc:
      return MakeAligned(event, kPageBytes, size);
    default:
      break;
  }
  if (TraitsOf(event.kind).has_alignment) return MakeAligned(event, event.alignment, size);
  Make(counters_, event.id, OpKind::kMalloc, 0, size);
  return true;
}

bool ProgramBuilder::MakeAligned(const Event& event, std::uint64_t alignment, std::uint64_t size) {
  if (!std::has_single_bit(alignment)) {
    why_ = fmt::format("is a {} that succeeded with alignment {}, which is no power of two",
                       TraitsOf(event.kind).name, alignment);
    return false;
  }
  Make(counters_, event.id, OpKind::kAligned,
       static_cast<std::uint8_t>(std::countr_zero(alignment)), size);
  return true;
}

// The block keeps its slot: a replay's realloc reads and writes the same pointer.
bool ProgramBuilder::Resize(const Event& event) {
  const std::uint32_t entry = table_.Take(event.ref);
  if (entry == 0) return false;
  const std::uint64_t size = RequestedBytes(event);
  table_.Insert(event.id, entry);
  counters_.live_bytes -= LiveBytes(std::exchange(slots_.SizeOf(entry - 1), size));
  counters_.CountRequest(size);
  counters_.Emit(entry - 1, OpKind::kRealloc, 0, size);
  return true;
}

[[noreturn]] void RefuseSize() {
  throw TraceError("the trace has 2^32 or more live blocks; replay a part of it");
}

// How many events the whole archive may have, so that the operations seldom have to be moved.
// Blocks differ, and memory that stays unwritten is free: a small archive is given four times what
// its first block suggests, a large one a little more than that. Limited by the size of the file,
// not by what it declares.
std::size_t GuessEvents(const ArchiveReader& reader, const Block& first) {
  constexpr double kMaxEventsPerByte = 32;
  constexpr double kSmallEvents = 32e6;  // half a gibibyte of operations
  const double first_bytes = static_cast<double>(reader.offset() - first.offset);
  const double density = std::min(kMaxEventsPerByte, 1.1 * first.header.events / first_bytes);
  const auto whole =
      static_cast<double>(std::max<std::uint64_t>(reader.bytes_total(), reader.offset()));
  const double likely = density * whole;
  const double generous = std::max(likely, std::min(4 * likely, kSmallEvents));
  return first.header.events + static_cast<std::size_t>(generous);
}

// Straight from the columns: no Event is built for a malloc or a free.
void DecodeArchive(ArchiveReader& reader, ProgramBuilder& builder) {
  Block block;
  std::uint64_t next_id = 0;
  while (reader.NextBlock(block)) {
    const Counters& counters = builder.counters();
    reader.CheckStart(block, next_id, counters.live_blocks, counters.live_bytes);
    if (block.number == 0) builder.Grow(GuessEvents(reader, block));
    if (!builder.Reserve(block.header.events)) RefuseSize();
    BlockSink sink(builder);
    const DecodeResult result = DecodeEvents(block.event_column(), sink);
    sink.Finish();
    reader.CheckDecoded(block, result);
    next_id = result.next_id;
  }
}

void DecodeBatches(TraceReader& reader, ProgramBuilder& builder) {
  std::uint64_t number = 0;
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    if (!builder.Reserve(batch.size())) RefuseSize();
    for (const Event& event : batch) {
      if (!builder.Other(event)) {
        throw TraceError(
            fmt::format("event {} of the trace {}; correct or remove it", number, builder.Why()));
      }
      ++number;
    }
  }
}

}  // namespace

Program DecodeProgram(TraceReader& reader) {
  ProgramBuilder builder;
  if (auto* archive = dynamic_cast<ArchiveReader*>(&reader); archive != nullptr) {
    DecodeArchive(*archive, builder);
  } else {
    DecodeBatches(reader, builder);
  }
  return builder.Finish();
}

}  // namespace alloclab
