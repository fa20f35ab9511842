// The marks of blocks, the ring between two threads, and requests as arguments.

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/workloads/block.h"
#include "bench/workloads/ring.h"
#include "bench/workloads/run_request.h"

namespace alloclab::workloads {
namespace {

// Whatever changes in the ends of a block is seen; nothing outside of it is written.
TEST(WorkloadBlock, ShowsEveryChangeOfItsMarks) {
  for (const std::uint32_t bytes : {8u, 9u, 15u, 16u, 17u, 63u, 64u, 65u, 72u, 73u, 200u, 40000u}) {
    SCOPED_TRACE(bytes);
    constexpr unsigned char kOutside = 0xee;
    std::vector<unsigned char> memory(bytes + 32, kOutside);
    const Block block = {memory.data() + 16, bytes, 5};
    Fill(block, 0);
    EXPECT_TRUE(IsIntact(block));
    for (std::size_t i = 0; i < 16; ++i) {
      EXPECT_EQ(memory[i], kOutside);
      EXPECT_EQ(memory[16 + bytes + i], kOutside);
    }
    EXPECT_FALSE(IsIntact({block.at, block.bytes, 6}));
    for (std::size_t i = 0; i < 8; ++i) {
      block.at[i] ^= 1;
      EXPECT_FALSE(IsIntact(block));
      block.at[i] ^= 1;
      if (bytes < 16) continue;
      block.at[bytes - 1 - i] ^= 0x80;
      EXPECT_FALSE(IsIntact(block));
      block.at[bytes - 1 - i] ^= 0x80;
    }
    EXPECT_TRUE(IsIntact(block));
  }
}

// One byte in each line below 32 KiB, in each page from there on; what a growth has not added is
// left alone.
TEST(WorkloadBlock, TouchesALineOrAPageAtATime) {
  const auto touched = [](std::uint32_t bytes, std::size_t from) {
    std::vector<unsigned char> memory(bytes, 0xee);
    Fill({memory.data(), bytes, 5}, from);
    std::vector<std::size_t> places;
    for (std::size_t i = 8; i + 8 < bytes; ++i) {
      if (memory[i] != 0xee) places.push_back(i);
    }
    return places;
  };
  EXPECT_EQ(touched(200, 0), (std::vector<std::size_t>{64, 128}));
  EXPECT_EQ(touched(300, 100), (std::vector<std::size_t>{128, 192, 256}));
  EXPECT_EQ(touched(32768, 0).size(), 7u);
  EXPECT_EQ(touched(32767, 0).size(), 32768u / 64 - 1);
}

TEST(WorkloadBlock, IsAlignedForWhatFitsIntoIt) {
  alignas(16) static unsigned char memory[64];
  EXPECT_TRUE(IsAligned(memory, 16));
  EXPECT_FALSE(IsAligned(memory + 8, 16));
  EXPECT_TRUE(IsAligned(memory + 8, 15));
  EXPECT_FALSE(IsAligned(memory + 4, 8));
  EXPECT_FALSE(IsAligned(memory + 8, 4096));
}

// Blocks come out as they went in, in order and none twice, over many rounds of the ring.
TEST(WorkloadRing, HandsOverInOrder) {
  constexpr std::uint32_t kMany = 100'000;
  std::vector<Block> memory(Ring::kBlocks);
  Ring ring;
  ring.UseMemory(memory.data());
  std::thread pusher([&ring] {
    for (std::uint32_t i = 0; i < kMany; ++i) ring.Push({nullptr, i, ~i});
    ring.Flush();
  });
  for (std::uint32_t i = 0; i < kMany; ++i) {
    const Block block = ring.Pop();
    ASSERT_EQ(block.bytes, i);
    ASSERT_EQ(block.mark, ~i);
  }
  pusher.join();
}

// Half a batch is seen when it is flushed, and what is pushed waits for room.
TEST(WorkloadRing, IsFullAndEmpty) {
  std::vector<Block> memory(Ring::kBlocks);
  Ring ring;
  ring.UseMemory(memory.data());
  std::atomic<std::uint64_t> pushed = 0;
  std::thread pusher([&] {
    for (; pushed < Ring::kBlocks + 1; ++pushed) ring.Push({nullptr, 1, 1});
    ring.Flush();
  });
  while (pushed < Ring::kBlocks) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(pushed, Ring::kBlocks);
  for (std::uint64_t i = 0; i < Ring::kBlocks + 1; ++i) ring.Pop();
  pusher.join();
  EXPECT_EQ(pushed, Ring::kBlocks + 1);
}

TEST(WorkloadRequest, ComesBackFromItsArguments) {
  RunRequest request;
  request.workload = "comb";
  request.library = "/x/y.so";
  request.threads = 7;
  request.work_percent = 30;
  request.seed = 12345678901234567890u;
  request.memory_limit_bytes = 99;
  request.report_fd = 5;
  const std::vector<std::string> arguments = RunnerArguments(request);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  RunRequest parsed;
  EXPECT_EQ(ParseRunnerArguments(static_cast<int>(pointers.size()), pointers.data(), parsed),
            nullptr);
  EXPECT_EQ(parsed.workload, request.workload);
  EXPECT_EQ(parsed.library, request.library);
  EXPECT_EQ(parsed.threads, request.threads);
  EXPECT_EQ(parsed.work_percent, request.work_percent);
  EXPECT_EQ(parsed.seed, request.seed);
  EXPECT_EQ(parsed.memory_limit_bytes, request.memory_limit_bytes);
  EXPECT_EQ(parsed.report_fd, request.report_fd);
}

TEST(WorkloadRequest, RefusesWhatMakesNoSense) {
  for (const char* wrong : {"--threads=0", "--threads=1025", "--threads=", "--threads=2x",
                            "--work=0", "--work=101", "--seed=-1", "--nosuch=1", "comb"}) {
    RunRequest request;
    EXPECT_NE(ParseRunnerArguments(1, &wrong, request), nullptr) << wrong;
  }
}

}  // namespace
}  // namespace alloclab::workloads
