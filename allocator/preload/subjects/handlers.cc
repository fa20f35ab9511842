// fork in a signal handler that broke into a call of malloc. The handler may call nothing of malloc
// itself; but both sides of the fork come back to where the signal came, and go on from there.

#include <malloc.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

constexpr int kForks = 60;
// Seconds after which whoever waits for ever is ended by a signal.
constexpr unsigned kPatience = 60;

std::atomic<int> forks{0};
static_assert(std::atomic<int>::is_always_lock_free, "a handler may count");
volatile sig_atomic_t bad_status = 0;
volatile sig_atomic_t in_child = 0;

// One child ends at once, the next one goes on.
void ForkInHandler(int) {
  const int saved_errno = errno;
  const pid_t child = fork();
  if (child == 0) {
    if (forks % 2 == 0) _exit(0);
    alarm(kPatience);
    in_child = 1;
  } else {
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) status = -1;
    if (status != 0) bad_status = status;
    ++forks;
  }
  errno = saved_errno;
}

// The signal comes whenever the process has worked for so long; never with 0.
void SetTimer(int microseconds) {
  struct itimerval timer = {};
  timer.it_interval.tv_usec = microseconds;
  timer.it_value.tv_usec = microseconds;
  setitimer(ITIMER_PROF, &timer, nullptr);
}

// Blocks of before, new ones, files and a thread, and a child of its own.
[[noreturn]] void LiveAsAChild(const std::vector<Parcel>& before, bool with_files) {
  bool good = true;
  for (const Parcel& parcel : before) {
    good = good && parcel.Intact();
    std::free(parcel.bytes);
    void* p = std::malloc(parcel.size);
    good = good && p != nullptr;
    std::free(p);
  }
  if (with_files) {
    std::thread([] { std::fclose(std::fopen("/dev/null", "w")); }).join();
    std::fflush(nullptr);
  }
  const pid_t child = fork();
  if (child == 0) {
    std::free(std::malloc(100));
    _exit(0);
  }
  int status = 0;
  good = good && waitpid(child, &status, 0) == child && status == 0;
  _exit(good ? 0 : 1);
}

// A walk holds the heap's lock for long, the small calls change the heap; each is broken into.
void CallTheHeap() {
  void* blocks[50] = {};
  Check(mallinfo2().uordblks != 0, "the heap can be walked");
  for (void*& block : blocks) block = std::malloc(200);
  for (void*& block : blocks) std::free(block);
}

// Holds the C library's list of files meanwhile.
void FlushAllFiles() { std::fflush(nullptr); }

void CallUntilForked(void (*call)(), const std::vector<Parcel>& parcels, const char* sentence) {
  forks = 0;
  SetTimer(2000);
  while (forks < kForks && bad_status == 0) {
    call();
    if (in_child != 0) LiveAsAChild(parcels, call == FlushAllFiles);
  }
  SetTimer(0);
  Check(bad_status == 0, sentence, static_cast<std::size_t>(bad_status));
  for (const Parcel& parcel : parcels) Check(parcel.Intact(), "blocks are kept", parcel.size);
}

}  // namespace

void ForkInASignalHandlerComesBack() {
  alarm(kPatience);
  struct sigaction action = {};
  action.sa_handler = ForkInHandler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  std::vector<Parcel> parcels;
  for (std::size_t i = 0; i < 20'000; ++i) {
    Parcel parcel{static_cast<unsigned char*>(std::malloc(i % 100 + 1)), i % 100 + 1,
                  static_cast<unsigned char>(i % 251)};
    if (parcel.bytes == nullptr) return Check(false, "malloc serves", i);
    parcel.Fill();
    parcels.push_back(parcel);
  }
  CallUntilForked(CallTheHeap, parcels, "a child of a process with one thread lives");
  FILE* files[50] = {};
  for (FILE*& file : files) file = std::fopen("/dev/null", "w");
  CallUntilForked(FlushAllFiles, parcels, "a child lives that came to be among the files");
  for (FILE* file : files) std::fclose(file);

  // Another thread, which the signal does not come to, wants the same lock.
  sigset_t timer;
  sigemptyset(&timer);
  sigaddset(&timer, SIGPROF);
  pthread_sigmask(SIG_BLOCK, &timer, nullptr);
  std::atomic<bool> done{false};
  std::thread other([&] {
    // For each fork a burst: endless ones would fill the memory of a heap that never reuses any.
    for (int seen = kForks; !done;) {
      const int now = forks;
      for (int i = 0; now != seen && i < 2000; ++i) std::free(std::malloc(100));
      seen = now;
      std::this_thread::yield();
    }
  });
  pthread_sigmask(SIG_UNBLOCK, &timer, nullptr);
  CallUntilForked(CallTheHeap, parcels, "a child of a process with two threads lives");
  done = true;
  other.join();
  for (const Parcel& parcel : parcels) std::free(parcel.bytes);
  alarm(0);
}

}  // namespace alloclab::subjects
