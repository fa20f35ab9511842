#include "allocator/pages/sbrk_pages.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace alloclab {
namespace {

constexpr std::size_t kPageBytes = 4096;

// Moves the break by `delta` bytes; the old break, or null when refused. errno is the caller's.
std::byte* MoveBreak(std::intptr_t delta) {
  const int saved_errno = errno;
  void* old_break = sbrk(delta);
  errno = saved_errno;
  return old_break == reinterpret_cast<void*>(-1) ? nullptr : static_cast<std::byte*>(old_break);
}

std::size_t StepBytes(std::size_t n) {
  if (n == 0 || n > PTRDIFF_MAX - SbrkPages::kGranuleBytes) return 0;
  return std::max(RoundUpOrZero(n, kPageBytes), SbrkPages::kGranuleBytes);
}

}  // namespace

Span SbrkPages::Acquire(std::size_t n) noexcept {
  const std::size_t bytes = StepBytes(n);
  std::byte* top = bytes == 0 ? nullptr : MoveBreak(0);
  if (top == nullptr) return {};
  // Somebody else may have left the break at an odd address.
  const std::size_t skip = (16 - reinterpret_cast<std::uintptr_t>(top) % 16) % 16;
  std::byte* old_top = MoveBreak(static_cast<std::intptr_t>(skip + bytes));
  if (old_top == nullptr) return {};
  held_.Add(bytes);
  return {old_top + skip, bytes};
}

std::size_t SbrkPages::Extend(const std::byte* end, std::size_t n) noexcept {
  const std::size_t bytes = StepBytes(n);
  if (bytes == 0 || MoveBreak(0) != end) return 0;
  if (MoveBreak(static_cast<std::intptr_t>(bytes)) == nullptr) return 0;
  held_.Add(bytes);
  return bytes;
}

bool SbrkPages::Release(Span span) noexcept {
  if (MoveBreak(0) != span.end()) return false;
  if (MoveBreak(-static_cast<std::intptr_t>(span.bytes)) == nullptr) return false;
  held_.Remove(span.bytes);
  return true;
}

}  // namespace alloclab
