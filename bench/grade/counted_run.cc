#include "bench/grade/counted_run.h"

#include <sys/mman.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/variants/segregated_bins.h"
#include "traces/replay/replay.h"

namespace alloclab::grade {
namespace {

// Passes every call on, as LabHeap does. Where there is no realloc it is made of the others: with
// the copy, which a realloc of the solution's own would have made, too.
class PassedOn {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;

  // `old_bytes`: for each realloc of the program in turn, what was asked for before. A call that
  // fails puts them out of step: such a run does not count, and writes no more than the new block
  // holds.
  PassedOn(const LabFunctions& functions, const std::uint64_t* old_bytes) noexcept
      : functions_(functions), old_bytes_(old_bytes) {}

  void* Allocate(std::size_t n) noexcept { return functions_.malloc(n); }
  void* AllocateZeroed(std::size_t n) noexcept {
    if (functions_.calloc != nullptr) return functions_.calloc(1, n);
    void* p = Allocate(n);
    return p == nullptr ? nullptr : std::memset(p, 0, n);
  }
  void Free(void* p) noexcept {
    if (p != nullptr) functions_.free(p);
  }
  void* Reallocate(void* p, std::size_t n) noexcept {
    if (functions_.realloc != nullptr) return functions_.realloc(p, n);
    const std::uint64_t old_bytes = *old_bytes_++;
    void* moved = Allocate(n);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, p, std::min<std::uint64_t>(old_bytes, n));
    Free(p);
    return moved;
  }
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  template <class Visitor>
  void Walk(Visitor&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  LabFunctions functions_;
  const std::uint64_t* old_bytes_;
};
static_assert(Reallocates<PassedOn>);

using Reference = SegregatedBins<MmapPages>;

Reference& TheReference() {
  static auto& pages = *new MmapPages;
  static auto& heap = *new Reference(pages);
  return heap;
}

LabFunctions FloorFunctions(void* buffer) {
  static void* block;
  block = buffer;
  LabFunctions functions;
  functions.malloc = [](std::size_t) { return block; };
  functions.free = [](void*) {};
  functions.realloc = [](void*, std::size_t) { return block; };
  return functions;
}

std::uint64_t LargestRequest(const Op* begin, const Op* end) {
  std::uint64_t largest = 1;
  for (const Op* op = begin; op != end; ++op) largest = std::max(largest, op->size);
  return largest;
}

// Worked out before anything is counted.
std::vector<std::uint64_t> OldBytesOfReallocs(const Op* begin, const Op* end,
                                              std::uint32_t slot_count) {
  std::vector<std::uint64_t> of_slots(slot_count), old_bytes;
  for (const Op* op = begin; op != end; ++op) {
    if (op->kind == OpKind::kRealloc) old_bytes.push_back(of_slots[op->slot]);
    if (op->kind != OpKind::kFree) of_slots[op->slot] = op->size;
  }
  return old_bytes;
}

std::uint64_t Count(const char* mark, const LabFunctions& functions, const Op* begin, const Op* end,
                    void** slots, std::uint32_t slot_count) {
  std::fill_n(slots, slot_count, nullptr);
  const std::vector<std::uint64_t> old_bytes = OldBytesOfReallocs(begin, end, slot_count);
  PassedOn heap(functions, old_bytes.data());
  CALLGRIND_START_INSTRUMENTATION;
  const std::uint64_t failures = Replay<PassedOn, Touch::kNone>(heap, begin, end, slots);
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS_AT(mark);
  return failures;
}

}  // namespace

LabFunctions ReferenceFunctions() {
  static Reference* heap;
  heap = &TheReference();
  LabFunctions functions;
  functions.init = [] { return 0; };
  functions.malloc = [](std::size_t n) { return Malloc(*heap, n); };
  functions.free = [](void* p) { Free(*heap, p); };
  functions.realloc = [](void* p, std::size_t n) { return Realloc(*heap, p, n); };
  return functions;
}

void RunCounted(const LabFunctions& functions, const ProgramImage& image, std::uint64_t operations,
                void** slots, RunReport& report) {
  const Op* const begin = image.begin();
  const Op* const end = begin + std::min(operations, image.header().operations);
  const auto slot_count = static_cast<std::uint32_t>(image.header().slots);
  void* buffer = mmap(nullptr, LargestRequest(begin, end), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  std::uint64_t failures = 0;
  failures += Count("floor", FloorFunctions(buffer), begin, end, slots, slot_count);
  failures += Count("reference", ReferenceFunctions(), begin, end, slots, slot_count);
  report.phase = Phase::kInit;
  const bool ready = functions.Init();
  report.phase = Phase::kMalloc;
  if (ready) failures += Count("solution", functions, begin, end, slots, slot_count);
  report.phase = Phase::kHarness;
  if (failures == 0 && ready) return;
  report.result.rule = ready ? LabRule::kRefused : LabRule::kInit;
  std::snprintf(report.result.text, sizeof(report.result.text),
                "it does otherwise than in the checked run");
}

}  // namespace alloclab::grade
