// What is known about each kind of event: its name in the text form, the operands it has, and what
// it does to the live set. One table, from which both forms, the program and the summary work.

#ifndef ALLOCLAB_TRACES_EVENT_KIND_H_
#define ALLOCLAB_TRACES_EVENT_KIND_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "traces/event.h"

namespace alloclab {

enum class EventRole : std::uint8_t {
  kMakes,    // an allocation, unless it failed
  kFrees,    // the allocation `ref`
  kResizes,  // the allocation `ref`, or makes one where there is no ref
  kNotice,   // nothing
};

struct KindTraits {
  std::string_view name;
  EventRole role;
  // Which operands follow the ref, in this order.
  bool has_alignment;
  bool has_count;
  bool has_size;
};

inline constexpr std::size_t kEventKinds = 24;

// Indexed by the value of the kind.
inline constexpr std::array<KindTraits, kEventKinds> kKindTraits = {{
    {"malloc", EventRole::kMakes, false, false, true},
    {"free", EventRole::kFrees, false, false, false},
    {"calloc", EventRole::kMakes, false, true, true},
    {"realloc", EventRole::kResizes, false, false, true},
    {"reallocarray", EventRole::kResizes, false, true, true},
    {"memalign", EventRole::kMakes, true, false, true},
    {"aligned_alloc", EventRole::kMakes, true, false, true},
    {"posix_memalign", EventRole::kMakes, true, false, true},
    {"valloc", EventRole::kMakes, false, false, true},
    {"pvalloc", EventRole::kMakes, false, false, true},
    {"free null", EventRole::kNotice, false, false, false},
    {"thread_start", EventRole::kNotice, false, false, false},
    {"thread_end", EventRole::kNotice, false, false, false},
    {"fork", EventRole::kNotice, false, true, false},
    {"marker", EventRole::kNotice, false, false, true},
    {"free_sized", EventRole::kFrees, false, false, true},
    {"new", EventRole::kMakes, false, false, true},
    {"new_aligned", EventRole::kMakes, true, false, true},
    {"new_array", EventRole::kMakes, false, false, true},
    {"new_array_aligned", EventRole::kMakes, true, false, true},
    {"delete", EventRole::kFrees, false, false, false},
    {"delete_sized", EventRole::kFrees, false, false, true},
    {"delete_array", EventRole::kFrees, false, false, false},
    {"delete_array_sized", EventRole::kFrees, false, false, true},
}};

constexpr const KindTraits& TraitsOf(EventKind kind) {
  return kKindTraits[static_cast<std::size_t>(kind)];
}

// Whether a call of this kind can fail: only what makes or resizes a block can.
constexpr bool CanFail(EventKind kind) {
  const EventRole role = TraitsOf(kind).role;
  return role == EventRole::kMakes || role == EventRole::kResizes;
}

// Bytes asked for: count x size, or UINT64_MAX when that overflows, which no allocator grants.
constexpr std::uint64_t RequestedBytes(const Event& event) {
  if (!TraitsOf(event.kind).has_count) return event.size;
  std::uint64_t bytes = 0;
  return __builtin_mul_overflow(event.count, event.size, &bytes) ? UINT64_MAX : bytes;
}

// What a request counts for in live bytes: requests past PTRDIFF_MAX are never granted and count
// for nothing, so that a fuzzer's calloc(2, SIZE_MAX) does not drown the sum.
constexpr std::uint64_t LiveBytes(std::uint64_t requested) {
  return requested > static_cast<std::uint64_t>(INT64_MAX) ? 0 : requested;
}

// Whether the event ends the allocation `ref`. A failed realloc leaves its block as it was.
constexpr bool EndsAllocation(const Event& event) {
  const EventRole role = TraitsOf(event.kind).role;
  return role == EventRole::kFrees ||
         (role == EventRole::kResizes && event.ref != kNoAllocation && !event.failed);
}

// Whether the event makes an allocation. realloc(block, 0) that was not a failure freed the block
// and returned NULL: a recorder that saw a block come back writes size 1.
constexpr bool MakesAllocation(const Event& event) {
  if (!CanFail(event.kind) || event.failed) return false;
  return !EndsAllocation(event) || RequestedBytes(event) != 0;
}

// The event reduced to the operands its kind has, the rest at their defaults; `id`, thread and time
// are kept, and the call site where there is an allocation to blame on it. Equal events then encode
// equally, whatever a caller left in the fields that do not apply.
constexpr Event Canonical(const Event& event) {
  const KindTraits& traits = TraitsOf(event.kind);
  Event result;
  result.kind = event.kind;
  result.failed = event.failed;
  result.thread = event.thread;
  result.time = event.time;
  result.id = event.id;
  if (traits.role == EventRole::kFrees || traits.role == EventRole::kResizes) {
    result.ref = event.ref;
  }
  if (traits.has_alignment) result.alignment = event.alignment;
  if (traits.has_count) result.count = event.count;
  if (traits.has_size) result.size = event.size;
  if (CanFail(event.kind)) result.site = event.site;
  return result;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EVENT_KIND_H_
