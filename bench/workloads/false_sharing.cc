// False sharing: blocks of two threads on one cache line, which then travels between their
// processors with every write, though neither thread reads what the other writes.
//
//     active    the allocator does it: it hands pieces of one line to different threads
//     passive   the program did it: one thread made blocks side by side and handed them out; an
//               allocator that gives the piece of a line to whoever freed it keeps it that way
//
// Both write a small block so often that the writes are all there is, when a line stays where it
// is: a time like system's says that lines are shared as little, and nothing of how fast malloc is.
// With one thread there is nothing to share.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::size_t kBytes = kLeastBytes;
constexpr std::uint64_t kBlocks = 20'000;
constexpr std::uint64_t kWrites = 1000;  // into each

// Each reads what the one before has written; the last leaves the mark.
void WriteOften(const Block& block) {
  auto* const word = reinterpret_cast<volatile Mark*>(block.at);
  *word = MarkOf(block) - kWrites;
  for (std::uint64_t i = 0; i < kWrites; ++i) *word = *word + 1;
}

void ReplaceAndWrite(Member& member, Block block) {
  for (std::uint64_t left = member.stage().Share(kBlocks); left > 0; --left) {
    WriteOften(block);
    member.Free(block);
    block = member.Allocate(kBytes);
  }
  WriteOften(block);
  member.Free(block);
}

void RunActive(Member& member) {
  const Block first = member.Allocate(kBytes);
  member.SetFirst(first);
  member.Meet();  // all have one now
  ReplaceAndWrite(member, first);
}

// The one block that waits for each thread.
void PreparePassive(Stage& stage) {
  Member& maker = stage.members[0];
  for (std::uint32_t i = 0; i < stage.threads; ++i) {
    stage.members[i].blocks()[0] = maker.Allocate(kBytes);
    stage.members[i].SetFirst(stage.members[i].blocks()[0]);
  }
}

void RunPassive(Member& member) {
  member.Meet();
  ReplaceAndWrite(member, member.blocks()[0]);
}

constexpr std::string_view kSource =
    "Berger, McKinley, Blumofe and Wilson, Hoard: A Scalable Memory Allocator, 2000";

}  // namespace

// Known there as cache-thrash.
const Workload kFalseSharingActive = {
    .name = "false_sharing_active",
    .stresses =
        "small blocks of different threads on one line, put there by the allocator; the "
        "time is that of 1000 writes into each",
    .source = kSource,
    .shares_lines = true,
    .run = RunActive,
};

// Known there as cache-scratch.
const Workload kFalseSharingPassive = {
    .name = "false_sharing_passive",
    .stresses =
        "small blocks of different threads on one line, put there by the program; the time "
        "is that of 1000 writes into each",
    .source = kSource,
    .blocks_per_thread = 1,
    .shares_lines = true,
    .prepare = PreparePassive,
    .run = RunPassive,
};

}  // namespace alloclab::workloads
