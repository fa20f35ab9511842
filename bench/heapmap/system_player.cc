#include "bench/heapmap/system_player.h"

#include <functional>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "allocator/pages/buffer_pages.h"
#include "allocator/variants/system.h"
#include "traces/op_memory.h"
#include "traces/replay/replay.h"

namespace alloclab {
namespace {

using Heap = System<BufferPages>;

// What a call gave: the block in its slot afterwards.
struct Outcome {
  std::uintptr_t block;
  std::uint64_t usable;
  bool is_refused;
};

constexpr std::uint64_t kHeapBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kMappedBegin = std::uint64_t{1} << 44;
constexpr std::uint64_t kPageBytes = 4096;
// The two words in front of a block that has a mapping of its own.
constexpr std::uint64_t kMappedHeaderBytes = 16;

// Nothing in here may call malloc but the replay.
void PlayAll(const Calls& calls, void** slots, Outcome* outcomes) {
  BufferPages none({});
  Heap heap(none);
  for (const Call& call : calls.calls) {
    void*& slot = slots[call.op.slot];
    const bool is_refused = ReplayOne<Heap, Touch::kNone>(heap, call.op, slot);
    *outcomes++ = {reinterpret_cast<std::uintptr_t>(slot), heap.UsableSize(slot), is_refused};
  }
  for (std::uint32_t slot = 0; slot < calls.slots; ++slot) heap.Free(slots[slot]);
}

class MadeUpAddresses {
 public:
  std::uint64_t Make(std::uintptr_t block, std::uint64_t usable) {
    // In a heap, a block ends with a word that the next one lends it; alone, it has no next one.
    const bool has_own_mapping = usable % 16 == 0 && usable != 0;
    return has_own_mapping ? Map(usable) : InHeap(block);
  }
  void End(std::uint64_t address) {
    if (address >= kMappedBegin) mapped_.erase(address - kMappedHeaderBytes);
  }

 private:
  std::uint64_t InHeap(std::uintptr_t block) {
    const auto number = heaps_.try_emplace(block / kHeapBytes, heaps_.size()).first->second;
    return number * kHeapBytes + block % kHeapBytes;
  }

  std::uint64_t Map(std::uint64_t usable) {
    const std::uint64_t bytes =
        (usable + kMappedHeaderBytes + kPageBytes - 1) / kPageBytes * kPageBytes;
    std::uint64_t begin = kMappedBegin;
    for (const auto& [taken, end] : mapped_) {
      if (taken - begin >= bytes) break;
      begin = end;
    }
    mapped_[begin] = begin + bytes;
    return begin + kMappedHeaderBytes;
  }

  std::map<std::uintptr_t, std::uint64_t> heaps_;
  std::map<std::uint64_t, std::uint64_t> mapped_;  // begin -> end
};

}  // namespace

History PlayOnSystem(const Calls& calls, EventRange range,
                     const std::function<void(double)>& progress) {
  std::vector<void*> slots(calls.slots, nullptr);
  std::vector<Outcome> outcomes(calls.calls.size());
  std::thread(PlayAll, std::cref(calls), slots.data(), outcomes.data()).join();

  HistoryBuilder builder(range, calls.slots, 0, 0);
  MadeUpAddresses addresses;
  std::vector<std::uint64_t> made_up(calls.slots, 0);
  for (std::size_t i = 0; i < calls.calls.size(); ++i) {
    const Op& op = calls.calls[i].op;
    const Outcome& outcome = outcomes[i];
    builder.SetEvent(calls.calls[i].event);
    if (outcome.is_refused) {
      builder.Refuse();
      continue;
    }
    builder.End(op.slot);
    addresses.End(std::exchange(made_up[op.slot], 0));
    if (outcome.block == 0) continue;
    made_up[op.slot] = addresses.Make(outcome.block, outcome.usable);
    builder.Make(op.slot, made_up[op.slot], op.size, outcome.usable);
    if (progress && i % (1 << 16) == 0) {
      progress(static_cast<double>(i) / static_cast<double>(calls.calls.size()));
    }
  }
  return std::move(builder).FinishUnwalkable();
}

}  // namespace alloclab
