#include "bench/heapmap/calls.h"

#include <fmt/format.h>

#include <string>

#include "traces/event_kind.h"
#include "traces/live_table.h"
#include "traces/new_block.h"

namespace alloclab {
namespace {

class CallReader {
 public:
  void Add(const Event& event) {
    const std::uint32_t number = calls_.events++;
    const EventRole role = TraitsOf(event.kind).role;
    if (role == EventRole::kNotice || event.failed) return;
    if (event.ref == kNoAllocation) {
      if (role == EventRole::kFrees) Refuse(number, "frees no allocation");
      Make(event, number);
    } else if (MakesAllocation(event)) {
      const std::uint32_t slot = Take(event.ref, number);
      slots_by_id_.Insert(slot + 1);
      Emit(number, {slot, OpKind::kRealloc, 0, 0, RequestedBytes(event)});
    } else {
      const std::uint32_t slot = Take(event.ref, number);
      free_slots_.push_back(slot);
      Emit(number, {slot, OpKind::kFree, 0, 0, 0});
    }
  }

  std::uint32_t events() const { return calls_.events; }
  Calls Finish() && { return std::move(calls_); }

 private:
  [[noreturn]] static void Refuse(std::uint32_t number, const std::string& why) {
    throw TraceError(fmt::format("event {} of the trace {}; correct or remove it", number, why));
  }

  void Make(const Event& event, std::uint32_t number) {
    NewBlock block;
    std::string why;
    if (!NewBlockOf(event, block, why)) Refuse(number, why);
    std::uint32_t slot = calls_.slots;
    if (free_slots_.empty()) {
      ++calls_.slots;
    } else {
      slot = free_slots_.back();
      free_slots_.pop_back();
    }
    slots_by_id_.Insert(slot + 1);
    Emit(number, {slot, block.kind, block.alignment_log2, 0, block.size});
  }

  std::uint32_t Take(std::uint64_t id, std::uint32_t number) {
    const std::uint32_t found = slots_by_id_.Take(id);
    if (found == 0) Refuse(number, "names an allocation which is not live");
    return found - 1;
  }

  void Emit(std::uint32_t number, const Op& op) { calls_.calls.push_back({op, number}); }

  Calls calls_;
  LiveTable<std::uint32_t> slots_by_id_;  // slot + 1
  std::vector<std::uint32_t> free_slots_;
};

}  // namespace

Calls ReadCalls(TraceReader& reader, std::uint64_t to) {
  CallReader calls;
  std::vector<Event> batch;
  while (calls.events() < to && reader.Next(batch)) {
    for (const Event& event : batch) {
      if (calls.events() >= to) break;
      if (calls.events() >= kMostEvents) {
        throw TraceError(
            fmt::format("the trace has more than {} events, too many for one picture; give a --to "
                        "that is not above it, or cut a part out of it: alloclab slice",
                        kMostEvents));
      }
      calls.Add(event);
    }
  }
  return std::move(calls).Finish();
}

}  // namespace alloclab
