// Threads that hand blocks to each other, made in every way there is, and check every byte; and now
// and then one forks, and the child finds all as it was.

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

constexpr int kThreads = 4;
constexpr int kSteps = 20'000;
constexpr int kStepsBetweenForks = 1000;
constexpr unsigned kPatience = 15;

// Blocks that belong to nobody at the moment.
class Exchange {
 public:
  Parcel Swap(std::size_t place, Parcel parcel) {
    const std::scoped_lock lock(mutex_);
    return std::exchange(places_[place % places_.size()], parcel);
  }
  std::size_t places() const { return places_.size(); }

 private:
  std::mutex mutex_;
  std::array<Parcel, 256> places_;
};

Parcel Make(std::mt19937_64& random) {
  Parcel parcel;
  parcel.size = random() % (random() % 32 == 0 ? 200'000 : 600);
  parcel.fill = static_cast<unsigned char>(random());
  void* p = nullptr;
  switch (random() % 4) {
    case 0:
      p = std::calloc(parcel.size, 1);
      break;
    case 1:
      p = memalign(std::size_t{1} << (random() % 8), parcel.size);
      break;
    default:
      break;
  }
  // Not every heap aligns beyond what malloc does.
  if (p == nullptr) p = std::malloc(parcel.size);
  parcel.bytes = static_cast<unsigned char*>(p);
  Check(p != nullptr, "memory is to be had", parcel.size);
  if (p == nullptr) parcel.size = 0;
  parcel.Fill();
  return parcel;
}

void Resize(Parcel& parcel, std::size_t n) {
  auto* moved = static_cast<unsigned char*>(std::realloc(parcel.bytes, n));
  if (moved == nullptr) return;
  parcel.bytes = moved;
  parcel.size = std::min(parcel.size, n);
  Check(parcel.Intact(), "realloc keeps the bytes", n);
  parcel.size = n;
  parcel.Fill();
}

// In the child there is only the thread that forked; what it holds is what it held.
void ForkAndLook(std::vector<Parcel>& own) {
  const pid_t child = fork();
  if (child != 0) {
    int status = 0;
    Check(waitpid(child, &status, 0) == child && status == 0, "a child finds all as it was",
          static_cast<std::size_t>(status));
    return;
  }
  alarm(kPatience);
  bool good = true;
  for (Parcel& parcel : own) {
    good = good && parcel.Intact();
    std::free(parcel.bytes);
    void* p = std::malloc(100);
    good = good && p != nullptr;
    std::free(p);
  }
  _exit(good ? 0 : 1);
}

void Work(Exchange& exchange, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Parcel> own(32);
  for (int step = 0; step < kSteps; ++step) {
    Parcel& mine = own[random() % own.size()];
    if (mine.bytes != nullptr) {
      Check(mine.Intact(), "a block is its owner's alone", mine.size);
      if (random() % 4 == 0) Resize(mine, random() % 3000 + 1);
      mine = exchange.Swap(random(), mine);
      Check(mine.bytes == nullptr || mine.Intact(), "a block comes as it was sent", mine.size);
      if (random() % 2 == 0) {
        std::free(mine.bytes);
        mine = Parcel{};
      }
    }
    if (mine.bytes == nullptr) mine = Make(random);
    if (step % kStepsBetweenForks == kStepsBetweenForks - 1 && seed % 2 == 0) ForkAndLook(own);
  }
  for (const Parcel& parcel : own) std::free(parcel.bytes);
}

}  // namespace

void ThreadsPassBlocksAndFork() {
  constexpr std::uint64_t kSeed = 20260104;
  std::fprintf(stderr, "seed %ju\n", std::uintmax_t{kSeed});
  Exchange exchange;
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&exchange, i] { Work(exchange, kSeed + i); });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t place = 0; place < exchange.places(); ++place) {
    const Parcel parcel = exchange.Swap(place, {});
    Check(parcel.bytes == nullptr || parcel.Intact(), "what is left over is intact");
    std::free(parcel.bytes);
  }
}

}  // namespace alloclab::subjects
