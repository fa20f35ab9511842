// A ThreadedProgram as a memory file that a fresh process maps and runs: a header, where the
// operations of each thread end, the operations thread after thread, and the tail of frees. Like a
// ProgramImage it lives for one comparison.

#ifndef ALLOCLAB_TRACES_REPLAY_THREADED_IMAGE_H_
#define ALLOCLAB_TRACES_REPLAY_THREADED_IMAGE_H_

#include <cstdint>
#include <span>

#include "traces/threaded_program.h"

namespace alloclab {

struct ThreadedImageHeader {
  std::uint64_t magic;
  std::uint64_t threads;
  std::uint64_t tail;  // frees, for one thread, when all have ended
  std::uint64_t slots;
  std::uint64_t calls;  // operations that are no waits, without the tail
  std::uint64_t reserved[3];
};
static_assert(sizeof(ThreadedImageHeader) == 64);

// Writes `program` to a new memory file and returns its descriptor, which the caller closes. Throws
// TraceError when there is no memory for it.
int WriteThreadedImage(const ThreadedProgram& program);

// Reading it takes no memory from malloc.
class ThreadedImage {
 public:
  // Maps the image in `descriptor`. Returns null, or a static sentence when it is not one that can
  // be run to its end: every kind, slot and alignment is checked, and that every wait is for an
  // operation that will be told of. That no two threads wait for each other is the builder's
  // promise. O(operations).
  const char* Map(int descriptor);

  std::uint64_t slots() const { return header_->slots; }
  std::uint64_t calls() const { return header_->calls; }
  std::uint32_t threads() const { return static_cast<std::uint32_t>(header_->threads); }
  std::span<const Op> thread(std::uint32_t number) const {
    const std::uint64_t begin = number == 0 ? 0 : ends_[number - 1];
    return {ops_ + begin, ops_ + ends_[number]};
  }
  std::span<const Op> tail() const {
    return {ops_ + ends_[header_->threads - 1], static_cast<std::size_t>(header_->tail)};
  }

 private:
  bool IsRunnable(std::uint32_t thread, const Op& op) const;

  const ThreadedImageHeader* header_ = nullptr;
  const std::uint64_t* ends_ = nullptr;  // by thread, counted in operations from the first
  const Op* ops_ = nullptr;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_THREADED_IMAGE_H_
