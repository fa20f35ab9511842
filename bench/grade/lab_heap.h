// The heap of a solution as a model of Allocator, for the checker: what the labs ask of it beyond
// the rules of all allocators is looked at here, before the checker touches the block.
//
// A solution does not say how much of a block may be used, so that is what was asked for, which is
// remembered here. Requests are for at least a byte (lab_trace.h).

#ifndef ALLOCLAB_BENCH_GRADE_LAB_HEAP_H_
#define ALLOCLAB_BENCH_GRADE_LAB_HEAP_H_

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <unordered_map>

#include "allocator/allocator.h"
#include "bench/grade/lab_arena.h"
#include "bench/grade/lab_functions.h"
#include "bench/grade/lab_rule.h"
#include "bench/grade/run_report.h"

namespace alloclab::grade {

// kPromise: the alignment in bytes of every block, 8 or 16.
template <std::size_t kPromise>
class LabHeap {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = true;
  static constexpr std::size_t AlignmentOf(std::size_t) noexcept { return kPromise; }

  LabHeap(const LabFunctions& functions, RunReport& report)
      : functions_(functions), report_(report) {}

  void* Allocate(std::size_t n) noexcept {
    return Given(Call(Phase::kMalloc, [&] { return functions_.malloc(n); }), n);
  }

  void* AllocateZeroed(std::size_t n) noexcept {
    if (functions_.calloc == nullptr) {
      void* p = Allocate(n);
      return p == nullptr ? nullptr : std::memset(p, 0, n);
    }
    return Given(Call(Phase::kCalloc, [&] { return functions_.calloc(1, n); }), n);
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    sizes_.erase(p);
    Call(Phase::kFree, [&] { return functions_.free(p), nullptr; });
  }

  void* Reallocate(void* p, std::size_t n) noexcept {
    if (functions_.realloc == nullptr) return Move(p, n);
    damaged_before_ = is_damaged_();
    resized_ = Call(Phase::kRealloc, [&] { return functions_.realloc(p, n); });
    if (resized_ == nullptr) return nullptr;
    sizes_.erase(p);
    return Given(resized_, n);
  }

  std::size_t UsableSize(const void* p) const noexcept {
    const auto found = sizes_.find(p);
    return found == sizes_.end() ? 0 : found->second;
  }
  template <class Visitor>
  void Walk(Visitor&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

  // Called before each realloc: whether the checker has seen a broken rule already.
  void AskBeforeRealloc(std::function<bool()> is_damaged) { is_damaged_ = std::move(is_damaged); }
  // Whether the contents of the block `p` were whole when the last realloc, which gave it, began.
  bool ResizedWhole(const void* p) const { return resized_ == p && !damaged_before_; }
  // Forgets the last realloc.
  void NextOperation() { resized_ = nullptr; }

  // The first block that is not in the heap: a sentence; empty while there is none.
  const std::string& outside() const { return outside_; }

 private:
  template <class Function>
  void* Call(Phase phase, Function&& function) {
    auto* const where = static_cast<volatile Phase*>(&report_.phase);
    *where = phase;
    void* p = function();
    *where = Phase::kHarness;
    return p;
  }

  // Files a block; one that does not lie in the heap must not be touched, and counts as null.
  void* Given(void* p, std::size_t n) {
    if (p == nullptr) return nullptr;
    if (LabArena::Holds(p, n)) {
      sizes_[p] = n;
      return p;
    }
    if (outside_.empty()) {
      outside_ =
          fmt::format("block {} of {} bytes does not lie in the heap, which is {}", p, n, Extent());
    }
    return nullptr;
  }

  static std::string Extent() {
    if (LabArena::begin() == LabArena::end()) return "empty: mem_sbrk was asked for nothing";
    return fmt::format("from {} to {} (mem_heap_lo to mem_heap_hi)",
                       static_cast<const void*>(LabArena::begin()),
                       static_cast<const void*>(LabArena::end() - 1));
  }

  // realloc for solutions that have none.
  void* Move(void* p, std::size_t n) {
    void* moved = Allocate(n);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, p, std::min(n, UsableSize(p)));
    Free(p);
    return moved;
  }

  const LabFunctions& functions_;
  RunReport& report_;
  std::unordered_map<const void*, std::size_t> sizes_;
  std::function<bool()> is_damaged_;
  void* resized_ = nullptr;
  bool damaged_before_ = false;
  std::string outside_;
};
static_assert(Allocator<LabHeap<8>> && Allocator<LabHeap<16>>);
static_assert(Reallocates<LabHeap<16>> && AllocatesZeroed<LabHeap<16>>);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAB_HEAP_H_
