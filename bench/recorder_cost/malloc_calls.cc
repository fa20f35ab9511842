// A program that does little but call malloc and free, to weigh a recorder on: `calls` calls on
// each of `threads` threads, half malloc and half free, over a thousand live blocks of 16 to 527
// bytes. Prints nanoseconds a call: of the wall clock on one thread, and of processor time over
// all.
//
//   malloc_calls CALLS [THREADS]

#include <mcheck.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kLiveBlocks = 1024;

void Work(std::uint64_t calls, std::uint64_t seed) {
  std::vector<void*> blocks(kLiveBlocks, nullptr);
  std::uint64_t state = seed;
  for (std::uint64_t call = 0; call < calls; call += 2) {
    // A linear congruential generator (Knuth, MMIX): its high bits choose place and size.
    state = state * 6364136223846793005u + 1442695040888963407u;
    void*& block = blocks[state >> 54];
    std::free(block);
    const std::size_t bytes = 16 + (state >> 33) % 512;
    block = std::malloc(bytes);
    if (block == nullptr) std::abort();
    *static_cast<volatile char*>(block) = 1;
  }
  for (void* block : blocks) std::free(block);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: malloc_calls CALLS [THREADS]\n");
    return 2;
  }
  const std::uint64_t calls = std::strtoull(argv[1], nullptr, 10);
  const int count = argc == 3 ? std::atoi(argv[2]) : 1;
  if (calls == 0 || count < 1 || count > 256) {
    std::fprintf(stderr, "malloc_calls: CALLS must be positive and THREADS 1 to 256\n");
    return 2;
  }
  mtrace();  // of glibc: does nothing unless MALLOC_TRACE and libc_malloc_debug.so ask for it
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 1; i < count; ++i) threads.emplace_back(Work, calls, static_cast<unsigned>(i) + 1u);
  Work(calls, 1);
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  timespec processor;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &processor);
  const double processor_ns =
      static_cast<double>(processor.tv_sec) * 1e9 + static_cast<double>(processor.tv_nsec);
  std::printf("%.2f %.2f\n", took.count() / static_cast<double>(calls),
              processor_ns / static_cast<double>(calls) / count);
  return 0;
}
