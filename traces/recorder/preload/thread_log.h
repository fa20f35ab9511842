// The hot path of the recorder: one thread's place in its chunk, and the appending of a record.
//
// A signal handler may come in between any two instructions here and append records of its own.
// It is harmless because
//  - a place is taken by one instruction that no signal can split (FetchAddOnThread);
//  - the place is checked against the bounds after it was taken: if a handler changed chunks in
//    between, the place fails the check, stays zero (readers step over zeros) and is taken anew;
//  - a chunk is never moved or cleared while an interrupted append may still write to it
//    (`appending` counts them).
// The stamp is taken before the place: a handler's records, which come first then, have later
// stamps, and the merge moves the interrupted record after them. That is sound: a block not yet
// returned, or not yet given to free, is nobody else's.
//
// Reading the clock takes longer than all the rest, and stamps only order threads. A process that
// has never had but one counts on from its last reading instead, for kStampsAhead calls at most. A
// call takes longer than a tick, so its stamps stay behind the clock, and below those of any thread
// to come.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_THREAD_LOG_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_THREAD_LOG_H_

#include <pthread.h>
#include <signal.h>
#include <sys/single_threaded.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "traces/recorder/clock.h"
#include "traces/recorder/preload/image_file.h"
#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

enum class ThreadMode : std::uint8_t {
  kNew,     // has made no call yet, or nothing is being recorded
  kReady,   // calls are recorded
  kInside,  // in a call of the allocator, or of the recorder: what comes now is their own
};

inline constexpr std::uint64_t kNowhere = std::uint64_t{1} << 62;
inline constexpr std::uint32_t kNoThread = UINT32_MAX;
// Added to `appending` when the thread's last destructor has run.
inline constexpr std::uint32_t kEnded = 256;

struct ThreadLog {
  std::uint64_t next = 0;          // address of the next record
  std::uint64_t first = kNowhere;  // address of the first record after the chunk's own
  std::uint64_t room = 0;          // a record fits at `next` if next - first <= room
  std::uint64_t stamp = 0;         // the last one
  std::uint64_t stamp_limit = 0;   // up to here stamps are counted, not read
  std::uint32_t appending = 0;     // appends under way; kEnded on top of them
  ThreadMode mode = ThreadMode::kNew;
  std::uint8_t destructor_rounds = 0;
  std::uint32_t thread = kNoThread;
  Slot slot;
  std::uint64_t* fork_record = nullptr;
};
extern constinit thread_local ThreadLog thread_log;

// The recorder's own system calls: signals and cancellation held back, errno kept, and allocations
// they cause (there should be none) not recorded.
class Quietly {
 public:
  Quietly() : error_(errno), mode_(thread_log.mode) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &signals_);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation_);
    thread_log.mode = ThreadMode::kInside;
  }
  ~Quietly() {
    thread_log.mode = mode_;
    pthread_setcancelstate(cancellation_, nullptr);
    pthread_sigmask(SIG_SETMASK, &signals_, nullptr);
    errno = error_;
  }
  Quietly(const Quietly&) = delete;
  Quietly& operator=(const Quietly&) = delete;

 private:
  int error_;
  ThreadMode mode_;
  int cancellation_ = 0;
  sigset_t signals_;
};

// Starts recording if the environment asks for it, once; true when calls of this thread are to be
// recorded.
bool EnterThread();

// Opens the files of this process, if a fork has made it anew; false when it is not recorded. The
// caller has blocked signals.
bool OpenFiles();

// Whether this process has had one thread so far, and need not know when things happened. Never
// true again once it was false, but in a forked child.
extern constinit std::atomic<bool> always_alone;
inline bool IsAlone() {
  return __libc_single_threaded != 0 && always_alone.load(std::memory_order_relaxed);
}

// Reads the clock, and lets a thread that is alone count on from there.
std::uint64_t ReadStampAlone(ThreadLog& log);

// Counts a call that the allocator made to itself.
void CountNested();

// The long way to a place for `bytes` bytes: opens files, changes chunks. Null when there is no
// room, which is counted as a dropped record.
std::uint64_t* TakePlaceSlowly(std::uint64_t bytes);

// After an append in a thread that has ended, or inside another append.
void AfterUnusualAppend();

// old = *where, *where += bytes, not to be split by a signal; other threads do not matter.
inline std::uint64_t FetchAddOnThread(std::uint64_t* where, std::uint64_t bytes) {
#if defined(__x86_64__)
  asm volatile("xaddq %0, %1" : "+r"(bytes), "+m"(*where) : : "cc", "memory");
  return bytes;
#else
  return __atomic_fetch_add(where, bytes, __ATOMIC_RELAXED);
#endif
}

// *where = value if it is still `expected`; not to be split by a signal either.
inline bool ReplaceOnThread(std::uint64_t* where, std::uint64_t expected, std::uint64_t value) {
#if defined(__x86_64__)
  bool replaced;
  asm volatile("cmpxchgq %3, %1"
               : "=@cce"(replaced), "+m"(*where), "+a"(expected)
               : "r"(value)
               : "memory");
  return replaced;
#else
  return __atomic_compare_exchange_n(where, &expected, value, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED);
#endif
}

inline std::uint64_t StampNow(ThreadLog& log) {
  if (IsAlone()) {
    const std::uint64_t stamp = FetchAddOnThread(&log.stamp, 1) + 1;
    return stamp <= log.stamp_limit ? stamp : ReadStampAlone(log);
  }
  // Read first: a flag that every thread stored would travel from core to core.
  if (always_alone.load(std::memory_order_relaxed)) [[unlikely]]
    always_alone.store(false, std::memory_order_relaxed);
  return ReadClock() - clock_base;
}

inline void BeginAppend(ThreadLog& log) {
  ++log.appending;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

inline void EndAppend(ThreadLog& log) {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (--log.appending != 0) [[unlikely]]
    AfterUnusualAppend();
}

inline std::uint64_t* TakePlace(ThreadLog& log, std::uint64_t bytes) {
  const std::uint64_t at = FetchAddOnThread(&log.next, bytes);
  if (at - log.first <= log.room) [[likely]]
    return reinterpret_cast<std::uint64_t*>(at);
  return TakePlaceSlowly(bytes);
}

// The first word makes the record valid, so it comes last.
inline void Publish(std::uint64_t* place, std::uint64_t stamp, std::uint8_t kind) {
  std::atomic_ref<std::uint64_t>(*place).store(stamp << 8 | kind, std::memory_order_release);
}

inline void AppendLong(RecordKind kind, const void* address, std::uint64_t size,
                       std::uint64_t extra) {
  ThreadLog& log = thread_log;
  const std::uint64_t stamp = StampNow(log);
  BeginAppend(log);
  if (std::uint64_t* place = TakePlace(log, kLongBytes)) {
    place[1] = reinterpret_cast<std::uint64_t>(address);
    place[2] = size;
    place[3] = extra;
    Publish(place, stamp, static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) | kLongFlag));
  }
  EndAppend(log);
}

inline void Append(RecordKind kind, const void* address, std::uint64_t size) {
  const std::uint64_t bits = reinterpret_cast<std::uint64_t>(address);
  if (!FitsShort(bits, size)) [[unlikely]]
    return AppendLong(kind, address, size, 0);
  ThreadLog& log = thread_log;
  const std::uint64_t stamp = StampNow(log);
  BeginAppend(log);
  if (std::uint64_t* place = TakePlace(log, kShortBytes)) {
    place[1] = PackShort(bits, size);
    Publish(place, stamp, static_cast<std::uint8_t>(kind));
  }
  EndAppend(log);
}

// The return addresses of a call, up to kSiteDepthMax.
struct CallSite {
  void* const* frames;
  std::uint32_t count;
};

// A call's site and its long record, in one place.
inline void AppendSiteAndLong(const CallSite& site, RecordKind kind, const void* address,
                              std::uint64_t size, std::uint64_t extra) {
  ThreadLog& log = thread_log;
  const std::uint64_t stamp = StampNow(log);
  BeginAppend(log);
  if (std::uint64_t* place = TakePlace(log, SiteBytes(site.count) + kLongBytes)) {
    std::uint64_t* record = place + SiteBytes(site.count) / sizeof(*place);
    place[1] = site.count;
    for (std::uint32_t i = 0; i < site.count; ++i) {
      place[2 + i] = reinterpret_cast<std::uint64_t>(site.frames[i]);
    }
    record[1] = reinterpret_cast<std::uint64_t>(address);
    record[2] = size;
    record[3] = extra;
    Publish(place, stamp, static_cast<std::uint8_t>(RecordKind::kSite));
    Publish(record, stamp, static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) | kLongFlag));
  }
  EndAppend(log);
}

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_THREAD_LOG_H_
