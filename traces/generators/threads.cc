// Blocks that are freed by another thread than made them: what caches of threads must cope with.
//
//     producer_consumer   threads 1..p malloc  ->  | one queue |  ->  threads p+1..p+c free
//     larson              each thread replaces random blocks of its own slots; after a while it
//                         ends, and a new thread takes the slots over with what is in them
//
// A trace has one order of events, whatever the threads: whose turn it is, is drawn. Each event is
// O(1); memory is the live set.

#include <fmt/format.h>

#include <deque>

#include "traces/generators/families.h"
#include "traces/generators/limits.h"

namespace alloclab::generators {
namespace {

constexpr std::uint64_t kMostThreads = 1024;

constexpr Parameter kLeast = {"least", 16, 0, kMostBytes, "Bytes of the smallest block"};
constexpr Parameter kMost = {"most", 1023, 0, kMostBytes, "Bytes of the largest block"};

void ProducerConsumer(const Arguments& arguments, Random& random, Emitter& out) {
  const std::uint64_t producers = arguments["producers"];
  const std::uint64_t threads = producers + arguments["consumers"];
  const std::uint64_t length = arguments["length"];
  for (std::uint32_t thread = 1; thread <= threads; ++thread) out.ThreadStart(thread);
  std::deque<Id> queue;
  // A producer waits while the queue is full, a consumer while it is empty.
  for (std::uint64_t left = arguments["blocks"]; left > 0 || !queue.empty();) {
    const bool full = left == 0 || queue.size() == length;
    const std::uint64_t first = full ? producers + 1 : 1;
    const std::uint64_t last = queue.empty() ? producers : threads;
    const auto thread = static_cast<std::uint32_t>(random.Between(first, last));
    if (thread <= producers) {
      queue.push_back(out.Malloc(random.Size(arguments["least"], arguments["most"]), thread));
      --left;
    } else {
      out.Free(queue.front(), thread);
      queue.pop_front();
    }
  }
  for (std::uint32_t thread = 1; thread <= threads; ++thread) out.ThreadEnd(thread);
}

void Larson(const Arguments& arguments, Random& random, Emitter& out) {
  struct Worker {
    std::uint32_t thread;
    std::uint64_t left;  // blocks to replace until a new thread takes over
    std::vector<Id> slots = {};
  };
  const auto size = [&] { return random.Size(arguments["least"], arguments["most"]); };
  const std::uint64_t tenure = arguments["tenure"];
  std::uint32_t threads = 1;  // 0 is the one that prepares everything
  std::vector<Worker> workers;
  for (std::uint64_t i = 0; i < arguments["threads"]; ++i) {
    Worker worker = {threads++, tenure};
    for (std::uint64_t n = arguments["slots"]; n > 0; --n)
      worker.slots.push_back(out.Malloc(size()));
    workers.push_back(std::move(worker));
  }
  for (const Worker& worker : workers) out.ThreadStart(worker.thread);
  for (std::uint64_t n = arguments["blocks"]; n > 0; --n) {
    Worker& worker = workers[static_cast<std::size_t>(random.Below(workers.size()))];
    if (worker.left == 0) {
      out.ThreadEnd(worker.thread);
      worker.thread = threads++;
      worker.left = tenure;
      out.ThreadStart(worker.thread);
    }
    --worker.left;
    Id& slot = worker.slots[static_cast<std::size_t>(random.Below(worker.slots.size()))];
    out.Free(slot, worker.thread);
    slot = out.Malloc(size(), worker.thread);
  }
  for (const Worker& worker : workers) {
    for (const Id id : worker.slots) out.Free(id, worker.thread);
    out.ThreadEnd(worker.thread);
  }
}

void CheckLarson(const Arguments& arguments) {
  CheckSizes(arguments);
  constexpr std::uint64_t kMostEver = std::uint64_t{1} << 20;
  if (arguments["blocks"] / arguments["tenure"] <= kMostEver) return;
  throw GeneratorError(
      fmt::format("{} blocks at {} a thread make more than {} threads; raise tenure",
                  arguments["blocks"], arguments["tenure"], kMostEver));
}

}  // namespace

std::vector<Generator> ThreadGenerators() {
  return {
      {.name = "producer_consumer",
       .summary = "Some threads allocate, others free, through one queue",
       .source = "Berger et al., Hoard: A Scalable Memory Allocator, 2000",
       .parameters = {{"blocks", 50'000, 1, kMostOperations, "Made in all", true},
                      {"producers", 2, 1, kMostThreads, "Threads that allocate"},
                      {"consumers", 2, 1, kMostThreads, "Threads that free"},
                      {"length", 1000, 1, kMostLive, "Blocks in the queue at most"},
                      kLeast,
                      kMost},
       .run = ProducerConsumer,
       .check = CheckSizes},
      {.name = "larson",
       .summary = "Threads replace random blocks, and hand what is live on to threads that follow",
       .source =
           "Larson and Krishnan, Memory Allocation for Long-Running Server Applications, 1998",
       .parameters = {{"blocks", 50'000, 1, kMostOperations, "Replaced in all", true},
                      {"threads", 4, 1, kMostThreads, "At work at once"},
                      {"slots", 1000, 1, 1 << 14, "Live blocks of each"},
                      {"tenure", 5000, 1, kMostOperations,
                       "Blocks a thread replaces before it ends"},
                      kLeast,
                      kMost},
       .run = Larson,
       .check = CheckLarson},
  };
}

}  // namespace alloclab::generators
