// Single operations of an allocator that is known at compile time, as Google Benchmarks. Each row
// has a new heap over pages of its own, which are given back at its end.
//
// A block is written to once, in its first byte, and no more: what is looked at is the call.

#ifndef ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OPERATIONS_H_
#define ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OPERATIONS_H_

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "allocator/allocator.h"
#include "allocator/locked.h"
#include "allocator/malloc_api.h"
#include "bench/google_benchmark/operation_counters.h"
#include "bench/google_benchmark/owned_pages.h"
#include "bench/workloads/ring.h"
#include "traces/replay/touch.h"

namespace alloclab::operations {

constexpr const char* kRefused = "out of memory";

// Whether there is a block; ends the row when there is none.
inline bool Use(benchmark::State& state, void* block, std::size_t bytes) {
  benchmark::DoNotOptimize(block);
  if (block == nullptr) [[unlikely]] {
    state.SkipWithError(kRefused);
    return false;
  }
  TouchBlock<Touch::kFirst>(block, bytes);
  return true;
}

// A block is made and freed at once: the shortest way through an allocator. The argument is its
// bytes.
template <Allocator A>
void BM_MallocFree(benchmark::State& state) {
  OwnedPages pages;
  A allocator(pages);
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block = allocator.Allocate(bytes);
    if (!Use(state, block, bytes)) break;
    allocator.Free(block);
  }
  CountOperations(state, 2);
}

inline constexpr std::size_t kBatch = 1000;

// A thousand blocks of one size are made, and then freed in an order drawn once.
template <Allocator A>
void BM_Batch(benchmark::State& state) {
  OwnedPages pages;
  A allocator(pages);
  const auto bytes = static_cast<std::size_t>(state.range(0));
  std::vector<void*> blocks(kBatch);
  std::vector<std::size_t> order(kBatch);
  for (std::size_t i = 0; i < kBatch; ++i) order[i] = i;
  std::mt19937_64 random(1);
  for (std::size_t i = kBatch - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
  for (auto _ : state) {
    for (void*& block : blocks) {
      block = allocator.Allocate(bytes);
      if (!Use(state, block, bytes)) break;
    }
    for (const std::size_t i : order) allocator.Free(std::exchange(blocks[i], nullptr));
    if (state.error_occurred()) break;
  }
  CountOperations(state, 2 * kBatch);
}

template <Allocator A>
void BM_Calloc(benchmark::State& state) {
  OwnedPages pages;
  A allocator(pages);
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block = Calloc(allocator, 1, bytes);
    if (!Use(state, block, bytes)) break;
    allocator.Free(block);
  }
  CountOperations(state, 2);
}

inline constexpr std::size_t kFirstBytes = 16;

// A block is made half as large again, in the last step by less, until it has the bytes of the
// argument, beside another that was made between its first two sizes.
template <Allocator A>
void BM_ReallocGrowth(benchmark::State& state) {
  OwnedPages pages;
  A allocator(pages);
  const auto most = static_cast<std::size_t>(state.range(0));
  std::uint64_t calls = 0;
  for (auto _ : state) {
    calls = 4;
    void* block = allocator.Allocate(kFirstBytes);
    void* neighbour = allocator.Allocate(kFirstBytes);
    if (!Use(state, block, kFirstBytes) || !Use(state, neighbour, kFirstBytes)) break;
    for (std::size_t bytes = kFirstBytes; bytes < most; ++calls) {
      bytes = std::min(bytes + bytes / 2, most);
      block = Realloc(allocator, block, bytes);
      if (!Use(state, block, bytes)) break;
    }
    if (state.error_occurred()) break;
    allocator.Free(neighbour);
    allocator.Free(block);
  }
  CountOperations(state, calls);
}

inline constexpr std::size_t kAlignedBytes = 100;

// The argument is the alignment.
template <Allocator A>
void BM_Aligned(benchmark::State& state) {
  OwnedPages pages;
  A allocator(pages);
  const auto alignment = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block = Memalign(allocator, alignment, kAlignedBytes);
    if (!Use(state, block, kAlignedBytes)) break;
    allocator.Free(block);
  }
  CountOperations(state, 2);
}

// What the two threads of BM_CrossThreadFree share. Variants for one thread are behind their lock.
template <Allocator A>
struct TwoThreads {
  using Shared = std::conditional_t<A::kThreadSafe, A, Locked<A>>;

  TwoThreads() { ring.UseMemory(blocks.data()); }

  OwnedPages pages;
  Shared allocator{pages};
  std::array<workloads::Block, workloads::Ring::kBlocks> blocks = {};
  workloads::Ring ring;
  alignas(workloads::kApartBytes) std::atomic<std::uint64_t> freed{0};
};

// The first thread makes a batch, the second frees it, and the first waits for that: each iteration
// begins with an empty heap.
template <Allocator A>
void BM_CrossThreadFree(benchmark::State& state) {
  constexpr std::uint64_t kBlocks = workloads::Ring::kBlocks;
  // Made by the first thread before all begin, gone when all are done.
  static std::unique_ptr<TwoThreads<A>> both;
  const bool makes = state.thread_index() == 0;
  if (makes) both = std::make_unique<TwoThreads<A>>();
  const auto bytes = static_cast<std::uint32_t>(state.range(0));
  std::uint64_t refused = 0, freed = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < kBlocks; ++i) {
      if (makes) {
        void* block = both->allocator.Allocate(bytes);
        if (block != nullptr) {
          TouchBlock<Touch::kFirst>(block, bytes);
        } else {
          ++refused;
        }
        both->ring.Push({static_cast<unsigned char*>(block), bytes, 0});
      } else {
        both->allocator.Free(both->ring.Pop().at);
      }
    }
    freed += kBlocks;
    if (makes) {
      workloads::WaitUntil(
          [freed] { return both->freed.load(std::memory_order_acquire) == freed; });
    } else {
      both->freed.store(freed, std::memory_order_release);
    }
  }
  if (refused > 0) state.SkipWithError(kRefused);
  CountOperations(state, kBlocks);
  if (makes) both.reset();
}

}  // namespace alloclab::operations

#endif  // ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OPERATIONS_H_
