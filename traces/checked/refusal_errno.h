// What C's functions leave in errno when they refuse (rule C17); posix_memalign returns it.

#ifndef ALLOCLAB_TRACES_CHECKED_REFUSAL_ERRNO_H_
#define ALLOCLAB_TRACES_CHECKED_REFUSAL_ERRNO_H_

#include <bit>
#include <cerrno>
#include <cstdint>

#include "traces/event.h"
#include "traces/event_kind.h"

namespace alloclab {

inline int RefusalErrno(const Event& event) {
  const bool is_posix = event.kind == EventKind::kPosixMemalign;
  const bool strict = is_posix || event.kind == EventKind::kAlignedAlloc ||
                      event.kind == EventKind::kNewAligned ||
                      event.kind == EventKind::kNewArrayAligned;
  if (!TraitsOf(event.kind).has_alignment) return ENOMEM;
  if (strict && !std::has_single_bit(event.alignment)) return EINVAL;
  if (is_posix && event.alignment % sizeof(void*) != 0) return EINVAL;
  return event.alignment > SIZE_MAX / 2 + 1 ? EINVAL : ENOMEM;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CHECKED_REFUSAL_ERRNO_H_
