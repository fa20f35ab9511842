#include "traces/recorder/preload/thread_log.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "traces/recorder/preload/call_site.h"
#include "traces/recorder/preload/stack_walk.h"

namespace alloclab::recorder {

constinit thread_local ThreadLog thread_log;
constinit std::atomic<bool> always_alone{false};

namespace {

enum : int { kUndecided, kDeciding, kOn, kOff };
std::atomic<int> recording{kUndecided};
std::atomic<ImageHeader*> image{nullptr};
std::uint32_t parent_image = kNoImage;
std::uint64_t fork_stamp = 0;
pthread_key_t thread_key;
bool has_thread_key = false;

bool MayCountStamps() { return kTicksPassBetweenCalls && !exact_stamps; }

// Where records may start: after the chunk's first one, which is long, and early enough for the
// longest to end in time.
void Attach(ThreadLog& log) {
  const auto begin = reinterpret_cast<std::uint64_t>(log.slot.begin);
  log.next = begin + log.slot.used;
  log.first = begin + kLongBytes;
  log.room = log.slot.ready - kLongBytes - kRecordMaxBytes;
}

void Detach(ThreadLog& log) {
  log.first = kNowhere;
  log.room = 0;
  log.slot = {};
}

// Says at byte `used` of the slot whose records follow.
void WriteThreadRecord(ThreadLog& log, ImageHeader* header, std::uint64_t chunk) {
  RecordKind kind = RecordKind::kThreadResume;
  if (log.thread == kNoThread) {
    log.thread = header->threads.fetch_add(1, std::memory_order_relaxed);
    // A thread that another C library in the process, or none, has started.
    if (log.thread != 0) always_alone.store(false, std::memory_order_relaxed);
    kind = RecordKind::kThreadStart;
  }
  auto* place = reinterpret_cast<std::uint64_t*>(log.slot.begin + log.slot.used);
  place[1] = log.thread;
  place[2] = chunk;
  place[3] = 0;
  Publish(place, StampNow(log),
          static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) | kLongFlag));
  log.slot.used += kLongBytes;
}

void BeginChunk(ThreadLog& log, ImageHeader* header) {
  log.slot.used = 0;
  WriteThreadRecord(log, header, header->chunks.fetch_add(1, std::memory_order_relaxed));
  Attach(log);
}

// Destructors of other keys run in the same rounds and may allocate; ours asks for another round
// until the C library has no more of them.
void AtThreadEnd(void* value) {
  auto& log = *static_cast<ThreadLog*>(value);
  if (++log.destructor_rounds < PTHREAD_DESTRUCTOR_ITERATIONS &&
      pthread_setspecific(thread_key, value) == 0) {
    return;
  }
  if (log.mode != ThreadMode::kReady) return;
  Append(RecordKind::kThreadEnd, nullptr, 0);
  log.appending += kEnded;
  BeginAppend(log);
  EndAppend(log);
  ForgetThread();
}

bool TakeFirstChunk(ThreadLog& log, ImageHeader* header) {
  log.slot = TakeSlot(header);
  if (log.slot.begin == nullptr) return false;
  if (has_thread_key && log.appending < kEnded) pthread_setspecific(thread_key, &log);
  if (log.slot.used != 0 && log.slot.used + kLongBytes + kRecordMaxBytes <= log.slot.ready) {
    WriteThreadRecord(log, header, kSameChunk);
    Attach(log);
    return true;
  }
  if (log.slot.used != 0) MoveToLog(header, log.slot);
  BeginChunk(log, header);
  return true;
}

// The chunk has no room for another record.
bool TakeNextChunk(ThreadLog& log, ImageHeader* header) {
  const std::uint64_t used = log.next - reinterpret_cast<std::uint64_t>(log.slot.begin);
  if (WidenSlot(log.slot)) {
    log.slot.used = used;
    Attach(log);
    return true;
  }
  if (log.appending % kEnded > 1) {
    // An interrupted append may still write here: the chunk stays where it is.
    Detach(log);
    return TakeFirstChunk(log, header);
  }
  log.slot.used = log.slot.ready;
  MoveToLog(header, log.slot);
  BeginChunk(log, header);
  return true;
}

ImageHeader* CurrentImage() {
  ImageHeader* header = image.load(std::memory_order_acquire);
  if (header != nullptr || recording.load(std::memory_order_relaxed) != kOn) return header;
  // The first call of a forked child, which has one thread.
  header = OpenImage(parent_image, fork_stamp);
  image.store(header, std::memory_order_release);
  if (header == nullptr) recording.store(kOff, std::memory_order_relaxed);
  return header;
}

void BeforeFork() {
  ThreadLog& log = thread_log;
  log.fork_record = nullptr;
  if (log.mode != ThreadMode::kReady) return;
  const std::uint64_t stamp = StampNow(log);
  BeginAppend(log);
  if (std::uint64_t* place = TakePlace(log, kLongBytes)) {
    place[1] = 0;
    place[2] = stamp;
    place[3] = 0;
    Publish(place, stamp,
            static_cast<std::uint8_t>(static_cast<std::uint8_t>(RecordKind::kFork) | kLongFlag));
    log.fork_record = place;
    fork_stamp = stamp;
  }
  EndAppend(log);
}

// The record is in memory shared with the parent: the child completes it. Everything else of the
// parent's is let go untouched, still mapped, because this may be a signal handler on top of an
// append that will write there.
void InForkedChild() {
  ThreadLog& log = thread_log;
  const ImageHeader* parent = image.load(std::memory_order_relaxed);
  if (parent == nullptr) return;
  parent_image = kNoImage;
  if (log.fork_record != nullptr) {
    parent_image = parent->image;
    std::atomic_ref<std::uint64_t>(log.fork_record[1])
        .store(static_cast<std::uint64_t>(getpid()), std::memory_order_relaxed);
  }
  image.store(nullptr, std::memory_order_release);
  ForgetSlots();
  ForgetCode();
  Detach(log);
  log.thread = kNoThread;
  log.stamp_limit = 0;
  always_alone.store(MayCountStamps(), std::memory_order_relaxed);
}

bool StartRecording() {
  int expected = kUndecided;
  if (!recording.compare_exchange_strong(expected, kDeciding)) {
    return recording.load(std::memory_order_acquire) == kOn;
  }
  // Before the C library has an environment nothing can be decided.
  if (environ == nullptr) {
    recording.store(kUndecided, std::memory_order_release);
    return false;
  }
  ImageHeader* header = nullptr;
  if (BeginRun()) {
    StartCallSites();
    has_thread_key = pthread_key_create(&thread_key, AtThreadEnd) == 0;
    pthread_atfork(BeforeFork, nullptr, InForkedChild);
    always_alone.store(MayCountStamps(), std::memory_order_relaxed);
    header = OpenImage(kNoImage, 0);
  }
  image.store(header, std::memory_order_release);
  recording.store(header != nullptr ? kOn : kOff, std::memory_order_release);
  return header != nullptr;
}

}  // namespace

bool EnterThread() {
  const int state = recording.load(std::memory_order_acquire);
  if (state != kUndecided) return state == kOn;
  Quietly quietly;
  return StartRecording();
}

bool OpenFiles() { return CurrentImage() != nullptr; }

std::uint64_t ReadStampAlone(ThreadLog& log) {
  constexpr std::uint64_t kStampsAhead = 256;
  std::uint64_t before = 0;
  std::uint64_t now = 0;
  // A signal handler that came in between has later stamps, which must not come again.
  do {
    before = std::atomic_ref<std::uint64_t>(log.stamp).load(std::memory_order_relaxed);
    now = ReadClock() - clock_base;
    // A clock that is slower than calls are (some emulators'): then it is the only one to go by.
    if (now <= before) {
      always_alone.store(false, std::memory_order_relaxed);
      return before;
    }
  } while (!ReplaceOnThread(&log.stamp, before, now));
  // After a handler that comes in here the limit is below its stamps: the clock is read once more.
  std::atomic_ref<std::uint64_t>(log.stamp_limit)
      .store(now + kStampsAhead, std::memory_order_relaxed);
  return now;
}

void CountNested() {
  if (ImageHeader* header = image.load(std::memory_order_relaxed)) {
    header->nested.fetch_add(1, std::memory_order_relaxed);
  }
}

std::uint64_t* TakePlaceSlowly(std::uint64_t bytes) {
  Quietly quietly;
  ThreadLog& log = thread_log;
  ImageHeader* header = CurrentImage();
  if (header == nullptr) return nullptr;
  bool ok = log.first != kNowhere || TakeFirstChunk(log, header);
  // A signal handler may have changed chunks since the place was refused, so look again first.
  while (ok && log.next - log.first > log.room) ok = TakeNextChunk(log, header);
  if (!ok) {
    header->dropped.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  const std::uint64_t at = log.next;
  log.next += bytes;
  return reinterpret_cast<std::uint64_t*>(at);
}

void AfterUnusualAppend() {
  Quietly quietly;
  ThreadLog& log = thread_log;
  if (log.appending != kEnded || log.first == kNowhere) return;
  const std::size_t used = log.next - reinterpret_cast<std::uint64_t>(log.slot.begin);
  log.slot.used = used < log.slot.ready ? used : log.slot.ready;
  GiveBackSlot(log.slot);
  Detach(log);
}

}  // namespace alloclab::recorder

// The image must exist, even of a program that never allocates: its absence is how a statically
// linked program is known.
__attribute__((constructor)) static void StartWithTheProgram() {
  alloclab::recorder::EnterThread();
}
