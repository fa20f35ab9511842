// Buffers that are appended to: several at once, each made half as large again whenever it is full,
// up to a limit at which it is freed and begun anew. Whether a block can grow where it is, and how
// what must be copied is copied, is what this costs.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kBuffers = 16;
constexpr std::uint64_t kSteps = 100'000;
constexpr std::size_t kFirstBytes = 16;
constexpr std::size_t kMostBytes = std::size_t{32} << 10;

void Run(Member& member) {
  Block* const buffers = member.blocks();
  for (std::uint64_t i = 0; i < kBuffers; ++i) buffers[i] = member.Allocate(kFirstBytes);
  for (std::uint64_t left = member.stage().Share(kSteps); left > 0; --left) {
    Block& buffer = buffers[member.random().Below(kBuffers)];
    const std::size_t bytes = buffer.bytes + buffer.bytes / 2;
    if (bytes <= kMostBytes) {
      member.Grow(buffer, bytes);
    } else {
      member.Free(buffer);
      buffer = member.Allocate(kFirstBytes);
    }
  }
  for (std::uint64_t i = 0; i < kBuffers; ++i) member.Free(buffers[i]);
}

}  // namespace

const Workload kReallocGrowth = {
    .name = "realloc_growth",
    .stresses = "buffers that grow by realloc, several beside each other",
    .source = "strings and arrays that grow by a factor: folly's FBVector, on growing in place",
    .blocks_per_thread = kBuffers,
    .run = Run,
};

}  // namespace alloclab::workloads
