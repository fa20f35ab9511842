// Threads that pass blocks to each other, come and go in thousands, and free when they end.

#include <pthread.h>
#include <sys/single_threaded.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "traces/recorder/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

constexpr int kRounds = 100'000;

std::atomic<void*> exchange[64];

// Every block is soon freed by another thread than the one that made it.
void Exchange(std::uint64_t state) {
  for (int i = 0; i < kRounds; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::free(exchange[state >> 58].exchange(Keep(std::malloc(16 + (state >> 40) % 64))));
  }
}

void ExchangeAndResize(std::uint64_t state) {
  for (int i = 0; i < kRounds; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    void* block = exchange[state >> 58].exchange(nullptr);
    block = Keep(std::realloc(block, 16 + (state >> 40) % 2000));
    std::free(exchange[(state >> 50) % 64].exchange(block));
  }
}

void RunThreads(void (*work)(std::uint64_t)) {
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) threads.emplace_back(work, i + 1);
  for (std::thread& thread : threads) thread.join();
  for (std::atomic<void*>& block : exchange) std::free(block.exchange(nullptr));
}

// A queue of bounded length between producers and consumers.
class Queue {
 public:
  void Push(void* block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return blocks_.size() < 1000; });
    blocks_.push_back(block);
    changed_.notify_all();
  }
  void* Pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !blocks_.empty(); });
    void* block = blocks_.front();
    blocks_.pop_front();
    changed_.notify_all();
    return block;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<void*> blocks_;
};

pthread_key_t key;

// Asks for another round three times; the C library grants four rounds in all.
void InKeyDestructor(void* value) {
  const auto round = reinterpret_cast<std::uintptr_t>(value);
  std::free(Keep(std::malloc(2222)));
  if (round < 4) pthread_setspecific(key, reinterpret_cast<void*>(round + 1));
}

struct FreesAtTheEnd {
  void* block = nullptr;
  ~FreesAtTheEnd() {
    std::free(Keep(std::malloc(3333)));
    std::free(block);
  }
};
thread_local FreesAtTheEnd frees_at_the_end;

}  // namespace

int PassBlocks(const Arguments&) {
  RunThreads(Exchange);
  Queue queue;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) queue.Push(Keep(std::malloc(1010)));
    });
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) std::free(queue.Pop());
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

int ReallocStorm(const Arguments&) {
  RunThreads(ExchangeAndResize);
  return 0;
}

// 5,000 threads, at most 20 at once.
int ManyThreads(const Arguments&) {
  for (int batch = 0; batch < 250; ++batch) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) {
      threads.emplace_back([] { std::free(Keep(std::malloc(1111))); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  return 0;
}

// 100 threads, with five more calls of malloc each after their function has returned.
int LateDestructors(const Arguments&) {
  pthread_key_create(&key, InKeyDestructor);
  for (int i = 0; i < 100; ++i) {
    std::thread([] {
      pthread_setspecific(key, reinterpret_cast<void*>(std::uintptr_t{1}));
      frees_at_the_end.block = Keep(std::malloc(4444));
    }).join();
  }
  return 0;
}

// Blocks that another thread freed come back to the first one, which by then is the only one, and
// says so as a C library may.
int AloneAgain(const Arguments&) {
  constexpr std::size_t kBytes = 3333;  // larger than what threads keep for themselves
  std::vector<void*> blocks(100);
  for (void*& block : blocks) block = Keep(std::malloc(kBytes));
  std::thread([&blocks] {
    for (void* block : blocks) std::free(block);
  }).join();
  __libc_single_threaded = 1;
  for (void*& block : blocks) block = Keep(std::malloc(kBytes));
  for (void* block : blocks) std::free(block);
  return 0;
}

}  // namespace alloclab::subjects
