// How a replay makes the block that an event makes out of nothing: one operation for the many calls
// that C, POSIX and C++ have for it.

#ifndef ALLOCLAB_TRACES_NEW_BLOCK_H_
#define ALLOCLAB_TRACES_NEW_BLOCK_H_

#include <cstdint>
#include <string>

#include "traces/event.h"
#include "traces/program.h"

namespace alloclab {

struct NewBlock {
  OpKind kind = OpKind::kMalloc;
  std::uint8_t alignment_log2 = 0;
  std::uint64_t size = 0;  // bytes, products multiplied out
};

// `event` makes an allocation and resizes none. False when no malloc can have granted it; `why` is
// then the end of a sentence about the event.
bool NewBlockOf(const Event& event, NewBlock& block, std::string& why);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_NEW_BLOCK_H_
