// Calls at moments when a heap is easily not there: before main, after it, at the end of a thread,
// and in the child of a process with many threads.

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

Parcel Take(std::size_t n, unsigned char fill) {
  Parcel parcel{static_cast<unsigned char*>(std::malloc(n)), n, fill};
  if (parcel.bytes == nullptr) {
    std::fprintf(stderr, "does not hold: malloc serves at any moment\n");
    _exit(1);
  }
  parcel.Fill();
  return parcel;
}

// At an end that no return from main can report any more.
void TakeAndFreeOrDie(const char* moment) {
  const Parcel parcel = Take(3000, 0x42);
  if (!parcel.Intact()) {
    std::fprintf(stderr, "does not hold: blocks are kept %s\n", moment);
    _exit(1);
  }
  std::free(parcel.bytes);
}

Parcel from_preinit;
Parcel from_constructor;

void BeforeConstructors() { from_preinit = Take(1000, 0x11); }

// The first code of a program, before the constructors of any library.
[[gnu::section(".preinit_array"), gnu::used]] void (*preinit)() = BeforeConstructors;

[[gnu::constructor(101)]] void Constructor() { from_constructor = Take(2000, 0x22); }

class Global {
 public:
  Global() : parcel_(Take(4000, 0x33)) {}
  ~Global() {
    if (!parcel_.Intact()) _exit(1);
    std::free(parcel_.bytes);
    TakeAndFreeOrDie("in the destructor of a global object");
  }
  const Parcel& parcel() const { return parcel_; }

 private:
  Parcel parcel_;
};
Global global;

[[gnu::destructor(101)]] void Destructor() { TakeAndFreeOrDie("in the last destructor"); }

}  // namespace

void BeforeMainAndAfterIt() {
  Check(from_preinit.bytes != nullptr && from_preinit.Intact(), "blocks from before all are kept");
  Check(from_constructor.Intact(), "blocks of constructors are kept");
  Check(global.parcel().Intact(), "blocks of global objects are kept");
  std::free(from_preinit.bytes);
  std::free(from_constructor.bytes);
  std::atexit([] { TakeAndFreeOrDie("in an exit handler"); });
}

namespace {

std::atomic<int> ends{0};
pthread_key_t key;
constexpr int kRounds = 3;

// Frees the thread's block, and allocates once more, while the thread is coming to its end.
struct AtThreadEnd {
  Parcel parcel = Take(700, 0x44);
  ~AtThreadEnd() {
    Check(parcel.Intact(), "a block is kept until its thread ends");
    std::free(parcel.bytes);
    std::free(Take(900, 0x45).bytes);
    ++ends;
  }
};

void KeyDestructor(void* value) {
  auto* left = static_cast<int*>(value);
  const int rounds = *left - 1;
  std::free(left);
  ++ends;
  if (rounds == 0) return;
  auto* again = static_cast<int*>(std::malloc(sizeof(int)));
  *again = rounds;
  pthread_setspecific(key, again);
}

}  // namespace

void ThreadsEndWithTheirBlocks() {
  constexpr int kThreads = 40;
  pthread_key_create(&key, KeyDestructor);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([] {
      thread_local AtThreadEnd at_end;
      Check(at_end.parcel.Intact(), "a block of a thread is its own");
      auto* rounds = static_cast<int*>(std::malloc(sizeof(int)));
      *rounds = kRounds;
      pthread_setspecific(key, rounds);
    });
  }
  for (std::thread& thread : threads) thread.join();
  Check(ends == kThreads * (1 + kRounds), "every destructor ran",
        static_cast<std::size_t>(ends.load()));
}

namespace {

// Seconds after which a child that waits for ever is ended by a signal.
constexpr unsigned kPatience = 15;

// How many forks have begun, or kNoMore.
std::atomic<int> forks{0};
constexpr int kNoMore = -1;

// For each fork a burst that outlasts it: endless ones would fill the memory of a heap that never
// reuses any.
void KeepTheHeapBusy(std::uint64_t seed) {
  constexpr int kCallsInBurst = 2000;
  std::mt19937_64 random(seed);
  std::vector<void*> blocks(64);
  for (int seen = 0; seen != kNoMore;) {
    const int now = forks;
    if (now == seen) std::this_thread::yield();
    for (int i = 0; now != seen && i < kCallsInBurst; ++i) {
      void*& block = blocks[random() % blocks.size()];
      std::free(block);
      block = std::malloc(random() % 200);
    }
    seen = now;
  }
  for (void* block : blocks) std::free(block);
}

// In the child: blocks of before, new ones, and a child of its own.
[[noreturn]] void LiveAsAChild(const Parcel& before, bool again) {
  bool good = before.Intact();
  std::free(before.bytes);
  std::vector<Parcel> parcels;
  for (std::size_t n = 1; n < 300'000; n = n * 2 + 1) {
    parcels.push_back(Take(n, static_cast<unsigned char>(n % 251)));
  }
  for (const Parcel& parcel : parcels) good = good && parcel.Intact();
  for (const Parcel& parcel : parcels) std::free(parcel.bytes);
  if (again) {
    const Parcel mine = Take(500, 0x66);
    const pid_t child = fork();
    if (child == 0) LiveAsAChild(mine, false);
    int status = 0;
    good = good && waitpid(child, &status, 0) == child && status == 0;
  }
  _exit(good ? 0 : 1);
}

void AllocateInHandler() { std::free(std::malloc(100)); }
void AllocateInChild() {
  alarm(kPatience);
  AllocateInHandler();
}

}  // namespace

void ForkLeavesAHeapThatWorks() {
  // Other libraries' handlers allocate; ours must be in nobody's way.
  pthread_atfork(AllocateInHandler, AllocateInHandler, AllocateInChild);
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 3; ++i) threads.emplace_back([i] { KeepTheHeapBusy(i); });
  for (int i = 0; i < 200 && AllHeld(); ++i) {
    const Parcel before = Take(800, 0x55);
    ++forks;
    const pid_t child = fork();
    if (child == 0) LiveAsAChild(before, i % 20 == 0);
    int status = 0;
    Check(child > 0 && waitpid(child, &status, 0) == child, "a child can be made and waited for");
    Check(!WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM,
          "a child does not wait for a lock that nobody will let go");
    Check(status == 0, "a child has a heap that works", static_cast<std::size_t>(status));
    std::free(before.bytes);
  }
  forks = kNoMore;
  for (std::thread& thread : threads) thread.join();
}

// A thread in getline holds a file and wants memory; one in fflush(NULL) holds the list of files
// and wants that file; fork wants the list, and the heap's lock before or after it.
void ForkMeetsTheFilesOfTheCLibrary() {
  alarm(2 * kPatience);
  constexpr int kForks = 500;
  constexpr int kLinesForAFork =
      20;  // no more: a heap that never reuses any memory is here as well
  std::atomic<int> begun{0};
  std::string text(3000, 'x');
  text += '\n';
  std::thread reader([&] {
    FILE* file = fmemopen(text.data(), text.size(), "r");
    for (int read = 0; read < kForks * kLinesForAFork; ++read) {
      while (read >= begun * kLinesForAFork) std::this_thread::yield();
      char* line = nullptr;
      std::size_t room = 0;
      std::rewind(file);
      Check(getline(&line, &room, file) == 3001, "a line can be read");
      std::free(line);
    }
    std::fclose(file);
  });
  std::thread flusher([&] {
    while (begun < kForks) std::fflush(nullptr);
  });
  while (begun < kForks) {
    ++begun;
    const pid_t child = fork();
    if (child == 0) {
      std::free(std::malloc(100));
      std::fflush(nullptr);
      _exit(0);
    }
    int status = 0;
    Check(child > 0 && waitpid(child, &status, 0) == child && status == 0,
          "a child lives and ends");
  }
  reader.join();
  flusher.join();
  alarm(0);
}

}  // namespace alloclab::subjects
