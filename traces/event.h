// One event of a trace: a call that a program made to its allocator, without addresses.
//
// Allocations are numbered in the order in which they happen: the n-th event that makes a block
// (from 0) makes allocation n, and numbers are never used again. An event names the block it frees
// or resizes by that number.

#ifndef ALLOCLAB_TRACES_EVENT_H_
#define ALLOCLAB_TRACES_EVENT_H_

#include <cstdint>

namespace alloclab {

// The values are part of the archive format (FORMAT.md): they may be added to, never changed.
enum class EventKind : std::uint8_t {
  kMalloc = 0,         // size
  kFree = 1,           // ref
  kCalloc = 2,         // count x size
  kRealloc = 3,        // ref (or none: NULL), size
  kReallocArray = 4,   // ref (or none), count x size
  kMemalign = 5,       // alignment, size
  kAlignedAlloc = 6,   // alignment, size
  kPosixMemalign = 7,  // alignment, size
  kValloc = 8,         // size
  kPvalloc = 9,        // size
  kFreeNull = 10,      // free(NULL)
  kThreadStart = 11,   // thread
  kThreadEnd = 12,     // thread
  kFork = 13,          // the process forked here; count is the child's process id
  kMarker = 14,        // size is the marker's number
  kFreeSized = 15,     // ref, size as passed by the caller
  kNew = 16,           // operator new: size
  kNewAligned = 17,    // operator new(size, align_val_t): alignment, size
  kNewArray = 18,      // operator new[]: size
  kNewArrayAligned = 19,
  kDelete = 20,       // ref
  kDeleteSized = 21,  // ref, size
  kDeleteArray = 22,  // ref
  kDeleteArraySized = 23,
};

inline constexpr std::uint64_t kNoAllocation = UINT64_MAX;

struct Event {
  EventKind kind = EventKind::kMalloc;
  bool failed = false;                // the call returned NULL (makes no allocation)
  std::uint32_t thread = 0;           // dense number of the calling thread, 0 for the first
  std::uint64_t id = kNoAllocation;   // the allocation this event makes, if any
  std::uint64_t ref = kNoAllocation;  // the allocation this event frees or resizes, if any
  std::uint64_t size = 0;             // bytes (of one element where there is a count)
  std::uint64_t count = 1;            // elements of calloc and reallocarray
  std::uint64_t alignment = 0;        // bytes, where the call names one
  std::uint64_t time = 0;  // ticks of the trace's clock since its start; 0 where there is none
  // Where in the program an allocation or resize was asked for: a number of the metadata's table
  // of call sites, which count from 1; 0 where it is not known.
  std::uint32_t site = 0;

  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EVENT_H_
