// Two counts of the same are equal, whatever is different around them; and they are what can be
// known beforehand of a program.

#include "bench/deterministic/counter.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/process/compare_error.h"
#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWorker = "bench/deterministic/counted_worker";

class Image {
 public:
  explicit Image(const Program& program) : descriptor_(WriteProgramImage(program)) {}
  ~Image() { close(descriptor_); }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

CountOutcome CountWith(const std::string& worker, const Candidate& candidate,
                       const Program& program) {
  const Image image(program);
  return Counter({.worker_path = worker,
                  .stopped_clock_path = fs::absolute("bench/deterministic/stopped_clock.so")})
      .Count(candidate, image.descriptor());
}

CountOutcome Count(const Candidate& candidate, const Program& program) {
  return CountWith(kWorker, candidate, program);
}

Candidate InProcess(const std::string& name) { return {name, Table::kInProcess, ""}; }

// All that compare counts where nothing else is asked for: our variants, the system, and every
// library that is installed; and one of ours under LD_PRELOAD, and the floor.
std::vector<Candidate> Candidates() {
  std::vector<Candidate> candidates = ResolveCandidates({});
  candidates.push_back(InProcess(kFloorName));
  const std::string ours = fs::absolute("allocator/preload/libmalloc_tlsf.so");
  if (fs::exists(ours)) candidates.push_back({ours, Table::kPreload, ours});
  return candidates;
}

// While it lives, what is opened gets other numbers than before; and whoever is started has one
// descriptor more.
class AnotherDescriptor {
 public:
  AnotherDescriptor() : descriptor_(dup(STDERR_FILENO)) {}
  ~AnotherDescriptor() { close(descriptor_); }
  AnotherDescriptor(const AnotherDescriptor&) = delete;
  AnotherDescriptor& operator=(const AnotherDescriptor&) = delete;

 private:
  int descriptor_;
};

// Another environment, another name of the program and other descriptors move the stack.
TEST(Counter, CountsTheSameInEveryRun) {
  const std::uint64_t seed = TestSeed();
  const Program program = RandomProgram(seed, {.operations = 5'000});
  const std::string elsewhere = testing::TempDir() + "/a_folder_with_a_rather_long_name";
  fs::create_directories(elsewhere);
  const std::string worker = elsewhere + "/counted_worker_of_another_name";
  fs::copy_file(kWorker, worker, fs::copy_options::overwrite_existing);
  for (const Candidate& candidate : Candidates()) {
    const CountOutcome first = Count(candidate, program);
    if (candidate.name == "scudo") {
      // It reserves more addresses than valgrind has, and says so.
      EXPECT_NE(first.reason.find("map failure"), std::string::npos) << first.reason;
      continue;
    }
    ASSERT_EQ(first.reason, "") << candidate.name;
    EXPECT_GT(first.counts.instructions, 0u);
    EXPECT_GT(first.counts.d1_misses, 0u);
    EXPECT_GT(first.counts.ll_misses, 0u);
    const std::string bulk(5000 + seed % 1000, 'x');
    setenv("ALLOCLAB_TEST_BULK", bulk.c_str(), 1);
    const AnotherDescriptor descriptor;
    EXPECT_EQ(first.counts, CountWith(worker, candidate, program).counts) << candidate.name;
    unsetenv("ALLOCLAB_TEST_BULK");
  }
}

// Blocks of one line each, live to the end.
Program Lines(std::size_t blocks) {
  Program program;
  for (std::size_t i = 0; i < blocks; ++i) {
    Op op = {};
    op.kind = OpKind::kMalloc;
    op.slot = static_cast<std::uint32_t>(i);
    op.size = 64;
    program.ops.push_back(op);
  }
  program.slots = static_cast<std::uint32_t>(blocks);
  program.live_bytes_peak = program.bytes_requested = 64 * blocks;
  program.live_blocks_peak = blocks;
  return program;
}

// What the floor brings into empty caches: the blocks, and, of 64 bytes to a line, the operations
// (16 bytes, each block has two), the slots (8 bytes) and the plan (4 bytes a block).
TEST(Counter, MissesAreTheLinesThatAProgramComesBy) {
  constexpr std::uint64_t kBlocks = 2048;
  const CountOutcome outcome = Count(InProcess(kFloorName), Lines(kBlocks));
  ASSERT_EQ(outcome.reason, "");
  EXPECT_EQ(outcome.counts.operations, 2 * kBlocks);
  const std::uint64_t lines = kBlocks + 2 * kBlocks * 16 / 64 + kBlocks * 8 / 64 + kBlocks * 4 / 64;
  const std::uint64_t slots_again = kBlocks * 8 / 64;  // at the frees, too far back for D1
  EXPECT_GE(outcome.counts.ll_misses, lines);
  EXPECT_LE(outcome.counts.ll_misses, lines + 40);  // the code and the stack
  EXPECT_GE(outcome.counts.d1_misses, lines + slots_again);
  EXPECT_LE(outcome.counts.d1_misses, lines + slots_again + 20);
}

// The loop does the same for each block, so only that is in the difference.
TEST(Counter, InstructionsAreThoseOfTheLoop) {
  const auto instructions = [](std::size_t blocks) {
    const CountOutcome outcome = Count(InProcess(kFloorName), Lines(blocks));
    EXPECT_EQ(outcome.reason, "");
    return outcome.counts.instructions;
  };
  const std::uint64_t one = instructions(1000), two = instructions(2000),
                      three = instructions(3000);
  EXPECT_EQ(three - two, two - one);
  EXPECT_GE(two - one, 1000u * 2 * 3);  // at least: the kind, the branch, the next
  EXPECT_LE(two - one, 1000u * 2 * 50);
}

TEST(Counter, SaysWhyThereAreNoCounts) {
  const Program program = Lines(10);
  EXPECT_EQ(Count(InProcess("nobody"), program).reason,
            "the worker knows no allocator of this name");
  const CountOutcome not_malloc = Count(
      {"no_malloc", Table::kPreload, fs::absolute("bench/broken_libraries/no_malloc.so")}, program);
  EXPECT_NE(not_malloc.reason.find("without malloc"), std::string::npos) << not_malloc.reason;
  // Run, but not under a valgrind that counts: the worker alone leaves no file.
  EXPECT_NE(CountWith("/usr/bin/true", InProcess("slab"), program).reason, "");
}

// 600 MB, live at once: with room for it, and without.
TEST(Counter, WhatRunsOutOfMemoryHasNoCounts) {
  Program program = Lines(600);
  for (Op& op : program.ops) op.size = 1 << 20;
  program.live_bytes_peak = program.bytes_requested = std::uint64_t{600} << 20;
  const Image image(program);
  const auto count = [&](const Candidate& candidate, std::uint64_t limit) {
    return Counter({.worker_path = kWorker,
                    .stopped_clock_path = fs::absolute("bench/deterministic/stopped_clock.so"),
                    .touch = Touch::kFirst,
                    .memory_limit_bytes = limit})
        .Count(candidate, image.descriptor())
        .reason;
  };
  for (const char* name : {"slab", "system"}) {
    EXPECT_EQ(count(InProcess(name), 0), "") << name;
    EXPECT_EQ(count(InProcess(name), std::uint64_t{2} << 30), "") << name;
    EXPECT_NE(count(InProcess(name), std::uint64_t{500} << 20), "") << name;
  }
}

TEST(Counter, NamesThePackageThatIsMissing) {
  EXPECT_NO_THROW(RequireValgrind());
  EXPECT_FALSE(ValgrindVersion().empty());
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  try {
    RequireValgrind();
    ADD_FAILURE() << "there is no valgrind in /nowhere";
  } catch (const CompareError& error) {
    EXPECT_NE(std::string(error.what()).find("package valgrind"), std::string::npos);
  }
  setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace alloclab
