// The raw files of one recording: what liballoclab_record.so writes while a program runs and what
// the merge reads afterwards. They live in one folder, on one machine, for the length of a run; the
// format is private to the recorder and may change with it.
//
//   run                 RunHeader: shared by all processes of the run
//   00000003-4711.live  image 3 (process 4711): ImageHeader, then slots of 64 KiB
//   00000003-4711.log   image 3: full chunks, moved here from the slots, 60 KiB each
//   00000003-4711.modules  image 3: which code was seen where; only of runs that record call sites
//
// An image is one life of a process between fork or exec and the next exec or its end.
//
//   .live  | ImageHeader, 64 KiB | slot 1: chunk 60 KiB + gap 4 KiB | slot 2 ... |
//   .log   | chunk 60 KiB | chunk 60 KiB | ...
//
// A thread writes into the chunk of its slot through a shared mapping, so that whatever ends the
// process (_exit, exec, SIGKILL) loses nothing. A full chunk is copied to the .log file, then its
// slot is cleared, first word first, and used again. Hence:
//  - a slot whose first word is zero holds nothing that is not in the .log file;
//  - a slot whose first word is not zero holds a whole chunk, and if the .log file has a chunk of
//    the same number, that one is a copy (perhaps a cut one) and must be ignored.
// The gap keeps apart the address just past one chunk and the start of the next.
//
// A chunk is a sequence of records of 16 bytes (short), 32 (long), or as many as a call site takes.
// A record counts from the moment its first word is not zero, which is stored last. Zeros may stand
// between records (a signal handler came in between) and must be stepped over, 16 bytes at a time.
//
//   word 0   stamp << 8 | kind          stamp: clock ticks since RunHeader::clock_base, or fewer
//                                       in a process that has one thread; rising in any case
//   word 1   short: address / 16 << 20 | size          long: address
//   word 2                                             long: size
//   word 3                                             long: count or alignment
//
// A call site (kSite) has in word 1 how many return addresses follow, the innermost first; they are
// filled up to a multiple of 16 bytes. It belongs to the allocation whose record comes next.
//
//   .modules   lines "STAMP BEGIN END MOVED_BY PATH", numbers decimal; no path: not
//               known
//
// The line of a piece of code is older than the first record that names an address in it, but for
// threads that see it at once; where two
// lines name an address, the later one is of code that was loaded when the other was gone.
//
// The first record of every chunk is kThreadStart or kThreadResume; such records say whose records
// follow, and may stand anywhere, because a slot passes from a thread that ended to another.

#ifndef ALLOCLAB_TRACES_RECORDER_RAW_FORMAT_H_
#define ALLOCLAB_TRACES_RECORDER_RAW_FORMAT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace alloclab::recorder {

inline constexpr char kRecorderVersion[] = "alloclab recorder 1";

// Environment variables by which Record() talks to the preloaded library.
inline constexpr char kFolderVariable[] = "ALLOCLAB_RECORD_FOLDER";

inline constexpr std::uint64_t kRunMagic = 0x314e5552424c4c41;    // "ALLBRUN1"
inline constexpr std::uint64_t kImageMagic = 0x31474d49424c4c41;  // "ALLBIMG1"

inline constexpr std::size_t kSlotBytes = std::size_t{64} << 10;
inline constexpr std::size_t kChunkBytes = std::size_t{60} << 10;
inline constexpr std::size_t kShortBytes = 16;
inline constexpr std::size_t kLongBytes = 32;
inline constexpr std::uint32_t kSiteDepthMax = 32;
// A call site and the record of its call, which lie next to each other.
inline constexpr std::size_t kRecordMaxBytes = 16 + kSiteDepthMax * 8 + kLongBytes;
inline constexpr std::size_t kSlotsMax = 16384;  // slot 0 is the header's

inline constexpr std::uint32_t kNoImage = UINT32_MAX;

// Set in the kind of a long record.
inline constexpr std::uint8_t kLongFlag = 0x80;

enum class RecordKind : std::uint8_t {
  kNone = 0,
  kMalloc = 1,         // address (0: failed), size
  kFree = 2,           // address (0: free(NULL))
  kCalloc = 3,         // address, size of one, count
  kReallocBegin = 4,   // address of the old block, before the call
  kReallocEnd = 5,     // address of the new block, size; without a begin the old one was NULL
  kReallocArray = 6,   // as kReallocEnd: address, size of one, count
  kMemalign = 7,       // address, size, alignment
  kAlignedAlloc = 8,   // address, size, alignment
  kPosixMemalign = 9,  // address, size, alignment
  kValloc = 10,        // address, size
  kPvalloc = 11,       // address, size
  kThreadStart = 12,   // address: the thread's number; size: the chunk's number, if it begins one
  kThreadResume = 13,  // the same, for a thread that has started before
  kThreadEnd = 14,     //
  kFork = 15,          // address: the child's process id, written by the child; size: the stamp
  kSite = 16,          // return addresses
};
inline constexpr std::uint8_t kRecordKindLast = 16;

// Whether the record says whose records follow.
constexpr bool NamesThread(RecordKind kind) {
  return kind == RecordKind::kThreadStart || kind == RecordKind::kThreadResume;
}

// kThreadStart and kThreadResume in the middle of a chunk carry this as the chunk's number.
inline constexpr std::uint64_t kSameChunk = UINT64_MAX;

// What a short record can hold.
inline constexpr unsigned kShortSizeBits = 20;
inline constexpr std::uint64_t kShortSizeMax = (std::uint64_t{1} << kShortSizeBits) - 1;
inline constexpr std::uint64_t kShortAddressMax = (std::uint64_t{1} << 48) - 16;

constexpr bool FitsShort(std::uint64_t address, std::uint64_t size) {
  return address <= kShortAddressMax && address % 16 == 0 && size <= kShortSizeMax;
}
constexpr std::uint64_t PackShort(std::uint64_t address, std::uint64_t size) {
  return address << (kShortSizeBits - 4) | size;
}
constexpr std::uint64_t ShortAddress(std::uint64_t word) { return (word >> kShortSizeBits) << 4; }
constexpr std::uint64_t ShortSize(std::uint64_t word) { return word & kShortSizeMax; }

// Bytes of a call site's record.
constexpr std::size_t SiteBytes(std::uint64_t frames) {
  return kShortBytes + static_cast<std::size_t>(frames + 1) / 2 * 16;
}

// Bytes of a record, by its first two words.
constexpr std::size_t RecordBytes(std::uint64_t first, std::uint64_t second) {
  const auto kind = static_cast<std::uint8_t>(first);
  if (kind == static_cast<std::uint8_t>(RecordKind::kSite)) {
    return SiteBytes(second < kSiteDepthMax ? second : kSiteDepthMax);
  }
  return (kind & kLongFlag) != 0 ? kLongBytes : kShortBytes;
}

struct RunHeader {
  std::uint64_t magic;
  std::uint64_t clock_base;
  std::uint64_t limit_bytes;  // of all .log files together
  std::atomic<std::uint64_t> log_bytes;
  std::atomic<std::uint32_t> images;       // the next image's number
  std::atomic<std::uint32_t> images_lost;  // processes whose files could not be made
  // Not 0: calls are passed on and leave no trace. On a line of its own, for every call reads it
  // and nobody should wait for those who count above.
  alignas(64) std::atomic<std::uint32_t> paused;
  std::atomic<std::uint32_t> pauses;  // how often it became so, a start in that state included
  std::uint32_t exact_stamps;         // 1: each is a reading of the clock, for events with times
  std::uint32_t site_depth;           // frames of a call site, up to kSiteDepthMax; 0: no sites
};

struct ImageHeader {
  std::uint64_t magic;  // stored last
  std::uint32_t image;
  std::int32_t pid;
  std::uint32_t parent_image;  // the image this one was forked from, or kNoImage
  std::uint32_t slots;         // room in the .live file, in slots
  std::uint64_t fork_stamp;    // of the parent's kFork record
  std::uint64_t start_stamp;
  std::uint64_t start_wall_ns;         // since 1970, UTC
  std::atomic<std::uint32_t> threads;  // the next thread's number
  std::atomic<std::uint32_t> slots_used;
  std::atomic<std::uint64_t> chunks;      // the next chunk's number
  std::atomic<std::uint64_t> log_chunks;  // the next place in the .log file
  std::atomic<std::uint64_t> dropped;     // records that found no room
  std::atomic<std::uint64_t> nested;      // calls made inside a call, by the allocator itself
  std::uint32_t arguments_bytes;          // each argument ends with a zero byte
  std::uint32_t arguments_cut;            // 1: there were more
  char program[1024];                     // path of the executable
  char arguments[6144];
};
static_assert(sizeof(ImageHeader) <= 8192);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RAW_FORMAT_H_
