// A block that a workload holds, and the mark in it by which it is known again.
//
//     | mark mark ......... |* ................ |* ................ |* ........ mark mark |
//     ^ 8 bytes             ^ one byte in each line, or in each page of a large block     ^ 8 bytes
//
// The mark is different for every block of a run, and is known to the holder alone: a block that
// overlaps another, or was handed out twice, or came back changed from a realloc, shows when it is
// freed. Between the two ends only what a program would do is done: the memory is touched.

#ifndef ALLOCLAB_BENCH_WORKLOADS_BLOCK_H_
#define ALLOCLAB_BENCH_WORKLOADS_BLOCK_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace alloclab::workloads {

struct Block {
  unsigned char* at;
  std::uint32_t bytes;  // at least kLeastBytes
  std::uint32_t mark;
};

using Mark = std::uint64_t;

inline constexpr std::size_t kLeastBytes = sizeof(Mark);
inline constexpr std::size_t kLineBytes = 64;
inline constexpr std::size_t kPageBytes = 4096;

// From here on one byte is touched in each page, not in each line: what large blocks cost is the
// pages they bring and take, and sixty-four stores to each would hide it.
inline constexpr std::size_t kLargeBytes = std::size_t{32} << 10;

// The size is part of it, so that a block of another size is another block.
inline Mark MarkOf(const Block& block) {
  return (Mark{block.mark} << 32 | block.bytes) * 0x9E3779B97F4A7C15u;
}

// Whether the last bytes hold the mark, too: not where it would lie on the first.
inline bool HasTwoMarks(const Block& block) { return block.bytes >= 2 * sizeof(Mark); }

inline unsigned char* LastMark(const Block& block) { return block.at + block.bytes - sizeof(Mark); }

// Writes the marks, and touches what lies between them from the byte `from` on. The stores are
// volatile: nobody reads most of them.
inline void Fill(const Block& block, std::size_t from) {
  const Mark mark = MarkOf(block);
  std::memcpy(block.at, &mark, sizeof(mark));
  if (!HasTwoMarks(block)) return;
  std::memcpy(LastMark(block), &mark, sizeof(mark));
  const std::size_t stride = block.bytes < kLargeBytes ? kLineBytes : kPageBytes;
  for (std::size_t at = std::max(stride, (from + stride - 1) / stride * stride);
       at < block.bytes - sizeof(mark); at += stride) {
    static_cast<volatile unsigned char*>(block.at)[at] = static_cast<unsigned char>(at);
  }
}

inline bool Holds(const unsigned char* at, Mark mark) {
  Mark found;
  std::memcpy(&found, at, sizeof(found));
  return found == mark;
}

// Whether the block's first `bytes` (all of them, or what a realloc had to keep) end with the marks
// that were written.
inline bool IsIntact(const Block& block) {
  const Mark mark = MarkOf(block);
  return Holds(block.at, mark) && (!HasTwoMarks(block) || Holds(LastMark(block), mark));
}

// What C promises for a block of so many bytes: that every object which fits into it is aligned.
inline bool IsAligned(const unsigned char* at, std::size_t bytes) {
  const std::size_t alignment = std::min(std::bit_floor(bytes), alignof(std::max_align_t));
  return reinterpret_cast<std::uintptr_t>(at) % alignment == 0;
}

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_BLOCK_H_
