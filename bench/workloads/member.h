// One thread of a workload, and what all of them share. Every call of malloc that a workload makes
// goes through its member, which counts it, marks the block, and ends the process with a reason
// when something is wrong.
//
// A member is one thread's at a time; larson and thread_churn hand theirs to a thread that they
// start and wait for it.

#ifndef ALLOCLAB_BENCH_WORKLOADS_MEMBER_H_
#define ALLOCLAB_BENCH_WORKLOADS_MEMBER_H_

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "bench/workloads/block.h"
#include "bench/workloads/ring.h"
#include "bench/workloads/run_report.h"
#include "traces/generators/random.h"

namespace alloclab::workloads {

class Member;

// The run: everything here is in memory before it starts.
struct Stage {
  RunReport* report = nullptr;
  Member* members = nullptr;
  std::uint32_t threads = 1;
  std::uint32_t work_percent = 100;  // of the usual amount
  std::uint64_t memory_limit_bytes = 0;
  std::atomic<std::uint32_t> arrived{0};  // threads that reached Member::Meet

  // The part of `amount` that is to be done; at least 1.
  std::uint64_t Share(std::uint64_t amount) const {
    return std::max<std::uint64_t>(1, amount * work_percent / 100);
  }
};

// Writes the sentence to the report, unless another thread was first, and ends the process.
[[noreturn]] void EndFor(const Stage& stage, const char* format, ...)
    __attribute__((format(printf, 2, 3)));
[[noreturn]] void EndForRefusal(const Stage& stage, const char* call, std::size_t bytes);
[[noreturn]] void EndForAlignment(const Stage& stage, const Block& block);
[[noreturn]] void EndForMark(const Stage& stage, const Block& block, const char* when);

// Starts a thread with a stack of 2 MiB, glibc's own choice for this machine. A workload needs next
// to nothing of it, but what a library keeps for each thread (static TLS) lies there, too; and
// glibc keeps stacks of 40 MiB in all for the threads to come. Returns what pthread_create does.
int StartThread(pthread_t& thread, void* (*work)(void*), void* argument);

// Says in `sentence`, of at most `bytes` bytes, what `error` of StartThread means, and the mend.
void WhyNoThread(int error, std::uint64_t memory_limit_bytes, char* sentence, std::size_t bytes);

class alignas(kApartBytes) Member {
 public:
  Member(Stage& stage, std::uint32_t number, std::uint64_t seed, Block* blocks)
      : stage_(stage), blocks_(blocks), random_(seed * 0x10001 + number), number_(number) {}

  Stage& stage() { return stage_; }
  std::uint32_t number() const { return number_; }
  // As many as the workload asked for, in memory and for it to use.
  Block* blocks() { return blocks_; }
  generators::Random& random() { return random_; }
  Ring& inbox() { return inbox_; }
  Member& Other(std::uint32_t number) { return stage_.members[number]; }

  Block Allocate(std::size_t bytes) {
    Block block = {static_cast<unsigned char*>(std::malloc(bytes)),
                   static_cast<std::uint32_t>(bytes), NextMark()};
    Count(bytes);
    Check(block, "malloc");
    Fill(block, 0);
    return block;
  }

  // A block of a size as programs ask for them: mostly small (generators::Random::Size).
  Block AllocateSmall(std::size_t most = 1023) { return Allocate(random_.Size(16, most)); }

  // Makes the block larger, or leaves its size.
  void Grow(Block& block, std::size_t bytes) {
    if (!IsIntact(block)) [[unlikely]] {
      EndForMark(stage_, block, "before it was resized");
    }
    const Block old = block;
    block = {static_cast<unsigned char*>(std::realloc(old.at, bytes)),
             static_cast<std::uint32_t>(bytes), NextMark()};
    Count(bytes);
    Check(block, "realloc");
    // What the old block held is where the new one is.
    const Block kept = {block.at, old.bytes, old.mark};
    if (!IsIntact(kept)) [[unlikely]] {
      EndForMark(stage_, kept, "when it was resized");
    }
    Fill(block, old.bytes);
  }

  void Free(const Block& block) {
    if (!IsIntact(block)) [[unlikely]] {
      EndForMark(stage_, block, "before it was freed");
    }
    Count(0);
    std::free(block.at);
  }

  // Returns when all threads of the run are here, for the first and only time.
  void Meet() {
    stage_.arrived.fetch_add(1, std::memory_order_acq_rel);
    WaitUntil([this] { return stage_.arrived.load(std::memory_order_acquire) == stage_.threads; });
  }

  // The block whose line is compared with those of the other threads' (RunReport).
  void SetFirst(const Block& block) { first_ = block.at; }
  const unsigned char* first() const { return first_; }

  // Runs work(member) on a thread of its own, up to its end.
  void OnNewThread(void (*work)(Member&));

  std::uint64_t operations() const { return operations_; }
  std::uint64_t bytes_requested() const { return bytes_requested_; }

 private:
  // Those of two threads differ as long as neither makes 2^22 blocks; then one may repeat, of a
  // block that is long gone.
  std::uint32_t NextMark() { return (number_ + 1) << 22 ^ ++marks_; }

  void Count(std::size_t bytes) {
    ++operations_;
    bytes_requested_ += bytes;
  }

  void Check(const Block& block, const char* call) const {
    if (block.at == nullptr) [[unlikely]] {
      EndForRefusal(stage_, call, block.bytes);
    }
    if (!IsAligned(block.at, block.bytes)) [[unlikely]] {
      EndForAlignment(stage_, block);
    }
  }

  Stage& stage_;
  Block* const blocks_;
  generators::Random random_;
  const std::uint32_t number_;
  std::uint32_t marks_ = 0;
  std::uint64_t operations_ = 0;
  std::uint64_t bytes_requested_ = 0;
  const unsigned char* first_ = nullptr;
  void (*work_)(Member&) = nullptr;
  Ring inbox_;
};

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_MEMBER_H_
