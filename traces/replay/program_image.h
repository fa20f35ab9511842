// A replay program as a file that a fresh process maps and runs: a 64-byte header, then the
// operations as they lie in memory. It is made by the parent of a worker and lives for one
// comparison (a memory file, never stored), so it has no versions and no byte order.
//
// The image ends with a tail of frees, one for every block that the recorded program left to its
// exit, so that a run ends with an empty heap: the same image can be run again, and what an
// allocator does not give back can be asked.

#ifndef ALLOCLAB_TRACES_REPLAY_PROGRAM_IMAGE_H_
#define ALLOCLAB_TRACES_REPLAY_PROGRAM_IMAGE_H_

#include <cstdint>

#include "traces/program.h"

namespace alloclab {

struct ProgramImageHeader {
  std::uint64_t magic;
  std::uint64_t operations;  // of the recorded program
  std::uint64_t tail;        // frees that follow them
  std::uint64_t slots;
  std::uint64_t live_bytes_peak;
  std::uint64_t live_blocks_peak;
  std::uint64_t bytes_requested;
  std::uint64_t reserved;
};
static_assert(sizeof(ProgramImageHeader) == 64);

// Whether `op` ends the block in its slot, where `live` says that there is one: a free, or a
// realloc to 0 bytes, which C's libraries (and Realloc) take for a free.
inline bool EndsBlock(const Op& op, bool live) {
  return op.kind == OpKind::kFree || (op.kind == OpKind::kRealloc && op.size == 0 && live);
}

// Frees for the blocks of `program` that are live at its end, in the order of their slots.
Ops TailOfFrees(const Program& program);

// Writes `program` and its tail to a new memory file and returns its descriptor, which the caller
// closes. It is inherited by children. Throws TraceError when there is no memory for it.
int WriteProgramImage(const Program& program);

// A mapped image. Reading it takes no memory from malloc, so that it can be used in a process
// whose malloc is being measured.
class ProgramImage {
 public:
  // Maps the image in `descriptor` and brings all of it into memory. Returns null, or a static
  // sentence when it is not an image that can be run: every kind, slot and alignment is checked,
  // so the replay loop need not. O(operations).
  const char* Map(int descriptor);

  const ProgramImageHeader& header() const { return *header_; }
  const Op* begin() const { return ops_; }
  const Op* end_of_program() const { return ops_ + header_->operations; }
  const Op* end() const { return end_of_program() + header_->tail; }

 private:
  const ProgramImageHeader* header_ = nullptr;
  const Op* ops_ = nullptr;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_PROGRAM_IMAGE_H_
