#include "traces/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "traces/archive_reader.h"
#include "traces/event_kind.h"
#include "traces/live_table.h"
#include "traces/new_block.h"

namespace alloclab {
namespace {

// Slots, the one given back last handed out first, so that a replay's table of pointers is as small
// and as warm as the program's own variables were.
class SlotStack {
 public:
  // The free slots, to be copied into a loop's own variables (as LiveTable::Cursor).
  class Cursor {
   public:
    bool none_free() const { return top_ == bottom_; }
    std::size_t free() const { return static_cast<std::size_t>(top_ - bottom_); }
    std::uint32_t Take() { return *--top_; }
    // There is room for every slot: it was made when the slot was.
    void Give(std::uint32_t slot) { *top_++ = slot; }

   private:
    friend class SlotStack;
    std::uint32_t* bottom_ = nullptr;
    std::uint32_t* top_ = nullptr;
  };

  std::uint32_t Take() {
    if (!cursor_.none_free()) return cursor_.Take();
    stack_.push_back(0);
    cursor_.bottom_ = cursor_.top_ = stack_.data();
    return count() - 1;
  }
  void Give(std::uint32_t slot) { cursor_.Give(slot); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(stack_.size()); }
  std::size_t in_use() const { return stack_.size() - cursor_.free(); }

  const Cursor& cursor() const { return cursor_; }
  void GiveBack(const Cursor& cursor) { cursor_ = cursor; }

 private:
  // As large as there are slots; the free ones are at its front, below the cursor's top.
  std::vector<std::uint32_t> stack_;
  Cursor cursor_;
};

// What is known about a live block, in one word, so that a free misses the cache once: slot + 1
// above, the size asked for below. The few sizes that do not fit are kept apart.
using BlockWord = std::uint64_t;
using BlockTable = LiveTable<BlockWord>;
constexpr std::uint32_t kLongSize = UINT32_MAX;

constexpr BlockWord WordOf(std::uint32_t slot, std::uint32_t size) {
  return std::uint64_t{slot + 1} << 32 | size;
}
constexpr std::uint32_t SlotOf(BlockWord word) {
  return static_cast<std::uint32_t>(word >> 32) - 1;
}
constexpr std::uint32_t SizeOf(BlockWord word) { return static_cast<std::uint32_t>(word); }

// Sums that every malloc or free changes, and where its operation goes.
struct Counters {
  Op* next = nullptr;
  std::uint64_t live_bytes = 0;
  std::uint64_t live_bytes_peak = 0;
  std::uint64_t bytes_requested = 0;

  void Emit(std::uint32_t slot, OpKind kind, std::uint8_t alignment_log2, std::uint64_t size) {
    *next++ = {slot, kind, alignment_log2, 0, size};
  }
  // `bytes` as LiveBytes says.
  void CountRequest(std::uint64_t bytes) {
    live_bytes += bytes;
    bytes_requested += bytes;
    live_bytes_peak = std::max(live_bytes_peak, live_bytes);
  }
};

// All that the frequent events touch: lent to the loop that decodes a block of them, which keeps it
// in registers, and taken back for everything else.
struct Hot {
  Counters counters;
  SlotStack::Cursor slots;
  BlockTable::Cursor blocks;
};

// Turns events into operations.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(Ops memory) {
    memory.clear();
    program_.ops = std::move(memory);
  }

  // Makes room for the operations of `events` events. False when they could need a slot too many:
  // a word of the table keeps a slot plus one in 32 bits.
  [[nodiscard]] bool Reserve(std::size_t events) {
    if (slots_.count() + events >= UINT32_MAX) return false;
    Ops& ops = program_.ops;
    const std::size_t used = CutUnused();
    if (ops.capacity() - used < events) Grow(std::max(2 * ops.capacity(), used + events));
    ops.resize(used + events);
    counters_.next = ops.data() + used;
    return true;
  }

  // Gets memory for `capacity` operations, touching none of it.
  void Grow(std::size_t capacity) { program_.ops.reserve(capacity); }

  void Make(OpKind kind, std::uint8_t alignment_log2, std::uint64_t size);
  bool Free(std::uint64_t ref);
  bool Resize(std::uint64_t ref, std::uint64_t size);
  // The rare parts of a free.
  std::uint64_t TakeLong(std::uint32_t slot);
  void RetirePage(std::uint64_t id) { blocks_.Retire(id); }
  // Everything that is no plain malloc or free. On false Why() says what is wrong.
  bool Other(const Event& event);
  std::string Why() const { return why_.empty() ? "names an allocation which is not live" : why_; }

  Hot Lend() const { return {counters_, slots_.cursor(), blocks_.cursor()}; }
  void TakeBack(const Hot& hot) {
    counters_ = hot.counters;
    slots_.GiveBack(hot.slots);
    blocks_.GiveBack(hot.blocks);
  }

  std::uint64_t live_blocks() const { return slots_.in_use(); }
  std::uint64_t live_bytes() const { return counters_.live_bytes; }

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
  void Insert(std::uint32_t slot, std::uint64_t size);
  bool Take(std::uint64_t id, std::uint32_t& slot, std::uint64_t& size);

  Program program_;
  Counters counters_;
  SlotStack slots_;
  BlockTable blocks_;
  std::unordered_map<std::uint32_t, std::uint64_t> long_sizes_;  // by slot
  std::string why_;
};

// Takes the events of one block for a builder.
class BlockSink {
 public:
  explicit BlockSink(ProgramBuilder& builder) : builder_(builder), hot_(builder.Lend()) {}

  [[gnu::always_inline]] void Malloc(std::uint64_t size) {
    if (hot_.slots.none_free() || hot_.blocks.full() || size >= kLongSize) [[unlikely]] {
      MakeOutOfLine(OpKind::kMalloc, size);
      return;
    }
    const std::uint32_t slot = hot_.slots.Take();
    hot_.blocks.Insert(WordOf(slot, static_cast<std::uint32_t>(size)));
    hot_.counters.CountRequest(size);
    hot_.counters.Emit(slot, OpKind::kMalloc, 0, size);
  }
  [[gnu::always_inline]] bool Free(std::uint64_t ref) {
    bool emptied = false;
    const BlockWord word = hot_.blocks.Take(ref, emptied);
    if (word == 0) [[unlikely]]
      return false;
    if (emptied) [[unlikely]]
      builder_.RetirePage(ref);
    const std::uint32_t slot = SlotOf(word);
    std::uint64_t size = SizeOf(word);
    if (size == kLongSize) [[unlikely]]
      size = builder_.TakeLong(slot);
    hot_.slots.Give(slot);
    hot_.counters.live_bytes -= LiveBytes(size);
    hot_.counters.Emit(slot, OpKind::kFree, 0, size);
    return true;
  }
  // Out of line: where these are part of the loop, malloc and free lose a fifth of their speed,
  // for want of registers.
  void Calloc(std::uint64_t count, std::uint64_t size) {
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) bytes = UINT64_MAX;
    MakeOutOfLine(OpKind::kCalloc, bytes);
  }
  bool Resize(std::uint64_t ref, std::uint64_t size) {
    Finish();
    const bool good = builder_.Resize(ref, size);
    hot_ = builder_.Lend();
    return good;
  }
  void FreeNull() {}
  bool Other(const Event& event) {
    Finish();
    const bool good = builder_.Other(event);
    hot_ = builder_.Lend();
    return good;
  }
  std::string Why() const { return builder_.Why(); }
  void Finish() { builder_.TakeBack(hot_); }

 private:
  void MakeOutOfLine(OpKind kind, std::uint64_t size) {
    Finish();
    builder_.Make(kind, 0, size);
    hot_ = builder_.Lend();
  }

  ProgramBuilder& builder_;
  Hot hot_;
};

[[gnu::noinline]] void ProgramBuilder::Make(OpKind kind, std::uint8_t alignment_log2,
                                            std::uint64_t size) {
  const std::uint32_t slot = slots_.Take();
  Insert(slot, size);
  counters_.CountRequest(LiveBytes(size));
  counters_.Emit(slot, kind, alignment_log2, size);
}

void ProgramBuilder::Insert(std::uint32_t slot, std::uint64_t size) {
  const bool is_long = size >= kLongSize;
  if (is_long) long_sizes_[slot] = size;
  blocks_.Insert(WordOf(slot, is_long ? kLongSize : static_cast<std::uint32_t>(size)));
}

[[gnu::noinline]] std::uint64_t ProgramBuilder::TakeLong(std::uint32_t slot) {
  return long_sizes_.extract(slot).mapped();
}

bool ProgramBuilder::Take(std::uint64_t id, std::uint32_t& slot, std::uint64_t& size) {
  const BlockWord word = blocks_.Take(id);
  if (word == 0) return false;
  slot = SlotOf(word);
  size = SizeOf(word);
  if (size == kLongSize) size = TakeLong(slot);
  return true;
}

bool ProgramBuilder::Free(std::uint64_t ref) {
  std::uint32_t slot = 0;
  std::uint64_t size = 0;
  if (!Take(ref, slot, size)) return false;
  slots_.Give(slot);
  counters_.live_bytes -= LiveBytes(size);
  counters_.Emit(slot, OpKind::kFree, 0, size);
  return true;
}

// An operation of its own kind for each way to make, resize or free a block.
bool ProgramBuilder::Other(const Event& event) {
  const EventRole role = TraitsOf(event.kind).role;
  if (role == EventRole::kFrees) return Free(event.ref);
  if (role == EventRole::kNotice || event.failed) {
    return event.ref == kNoAllocation || blocks_.Find(event.ref) != nullptr;
  }
  if (event.ref != kNoAllocation) {
    return MakesAllocation(event) ? Resize(event.ref, RequestedBytes(event)) : Free(event.ref);
  }
  NewBlock block;
  if (!NewBlockOf(event, block, why_)) return false;
  Make(block.kind, block.alignment_log2, block.size);
  return true;
}

// The block keeps its slot: a replay's realloc reads and writes the same pointer.
[[gnu::noinline]] bool ProgramBuilder::Resize(std::uint64_t ref, std::uint64_t size) {
  std::uint32_t slot = 0;
  std::uint64_t old_size = 0;
  if (!Take(ref, slot, old_size)) return false;
  Insert(slot, size);
  counters_.live_bytes -= LiveBytes(old_size);
  counters_.CountRequest(LiveBytes(size));
  counters_.Emit(slot, OpKind::kRealloc, 0, size);
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
  while (reader.NextBlock(block, WantedColumns::kEvents)) {
    reader.CheckStart(block, next_id, builder.live_blocks(), builder.live_bytes());
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

Program DecodeProgram(TraceReader& reader, Ops memory) {
  ProgramBuilder builder(std::move(memory));
  if (auto* archive = dynamic_cast<ArchiveReader*>(&reader); archive != nullptr) {
    DecodeArchive(*archive, builder);
  } else {
    DecodeBatches(reader, builder);
  }
  return builder.Finish();
}

}  // namespace alloclab
