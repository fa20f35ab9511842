#include "traces/new_block.h"

#include <fmt/format.h>

#include <bit>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kPageBytes = 4096;  // the alignment of valloc and pvalloc
constexpr std::uint64_t kLargestAlignment = std::uint64_t{1} << 62;

bool IsPageAligned(EventKind kind) {
  return kind == EventKind::kValloc || kind == EventKind::kPvalloc;
}

}  // namespace

bool NewBlockOf(const Event& event, NewBlock& block, std::string& why) {
  block = {event.kind == EventKind::kCalloc ? OpKind::kCalloc : OpKind::kMalloc, 0,
           RequestedBytes(event)};
  const bool page = IsPageAligned(event.kind);
  if (!page && !TraitsOf(event.kind).has_alignment) return true;
  const std::uint64_t alignment = page ? kPageBytes : event.alignment;
  // memalign rounds up; in glibc aligned_alloc, and with it the aligned operator new, is memalign.
  const bool rounds = event.kind != EventKind::kPosixMemalign;
  if (alignment > kLargestAlignment || !(rounds || std::has_single_bit(alignment))) {
    why = fmt::format("is a {} that succeeded with alignment {}, which no malloc honours",
                      TraitsOf(event.kind).name, alignment);
    return false;
  }
  block.kind = OpKind::kAligned;
  block.alignment_log2 = static_cast<std::uint8_t>(std::countr_zero(std::bit_ceil(alignment)));
  return true;
}

}  // namespace alloclab
