// Decoding is total, stable and well formed; what it prints is what it meant.

#include "fuzz/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>
#include <set>

#include "fuzz/size_grammar.h"
#include "traces/event_kind.h"
#include "traces/open_trace.h"

namespace alloclab {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes RandomBytes(std::mt19937_64& random) {
  Bytes bytes(random() % 600);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// Calls check(program) for many random inputs; a failure names the seed.
template <class Check>
void ForRandomPrograms(Check check) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    check(DecodeFuzzProgram(RandomBytes(random)));
    ASSERT_FALSE(testing::Test::HasFailure()) << "input " << i << " of seed " << seed;
  }
}

std::vector<Event> ReadBack(const std::string& text, Metadata* metadata = nullptr) {
  const auto reader = OpenTraceBytes("program", text);
  if (metadata != nullptr) *metadata = reader->metadata();
  std::vector<Event> all;
  std::vector<Event> batch;
  while (reader->Next(batch)) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

TEST(DecodeFuzzProgram, NothingIsAnEmptyProgram) {
  const FuzzProgram program = DecodeFuzzProgram({});
  EXPECT_EQ(program.arena_bytes, 1024u);
  EXPECT_TRUE(program.events.empty());
}

// Written out by hand from the tables in program.h, program.cc and size_grammar.h. A change here
// makes stored inputs worthless: count up kProgramVersion.
TEST(DecodeFuzzProgram, FixedBytesMeanFixedCalls) {
  const Bytes input = {
      0x15,                  // arena: 2 KiB less 16
      0x00, 0x00, 100,       // malloc 100
      0x01, 0x19, 3,         // malloc 3 x 16 - 8
      0x0B, 0x00, 5,         // calloc 1 x 5
      0xEB, 0x22, 0,         // calloc of 16 that overflows
      0x1C, 6,    0x00, 24,  // aligned_alloc 64
      0xF4, 1,               // free the second
      0x08, 0x03, 1,         // realloc the last to what was freed, less 1
      0x09, 0x07, 0,         // realloc the last to PTRDIFF_MAX + 8
      0x9F,                  // refuse one request
      0x0D, 0x2A, 0,         // twice malloc 32
      0x0F,                  // free(NULL)
      0x3F, 0x06,            // realloc the first to nothing
      0x0E,                  // free all, last first
  };
  EXPECT_EQ(TraceText(DecodeFuzzProgram(input), "bump", ""),
            "alloclab trace text 1\n"
            "# arena: 2032\n"
            "# allocator: bump\n"
            "# fuzz_program_version: 1\n"
            "\n"
            "0 = malloc 100\n"
            "1 = malloc 40\n"
            "2 = calloc 1 5\n"
            "failed calloc 1152921504606846976 16\n"
            "3 = aligned_alloc 64 24\n"
            "free 1\n"
            "4 = realloc 3 39\n"
            "failed realloc 4 9223372036854775815\n"
            "marker 1\n"
            "5 = malloc 32\n"
            "6 = malloc 32\n"
            "free null\n"
            "realloc 0 0\n"
            "free 6\n"
            "free 5\n"
            "free 4\n"
            "free 2\n");
}

TEST(DecodeFuzzProgram, StaysWithinItsBounds) {
  ForRandomPrograms([](const FuzzProgram& program) {
    EXPECT_GE(program.arena_bytes, 512u);
    EXPECT_LE(program.arena_bytes, kMaxArenaBytes);
    EXPECT_LE(program.events.size(), kMaxEvents);
  });
  EXPECT_EQ(DecodeFuzzProgram(Bytes{255}).arena_bytes, kMaxArenaBytes);
  EXPECT_EQ(DecodeFuzzProgram(Bytes(100000, 0x00)).events.size(), kMaxEvents);
  EXPECT_EQ(DecodeFuzzProgram(Bytes(100000, 0xFD)).events.size(), kMaxEvents);
}

TEST(DecodeFuzzProgram, NumbersAreDenseAndNamedOnlyWhileLive) {
  ForRandomPrograms([](const FuzzProgram& program) {
    std::set<std::uint64_t> live;
    std::uint64_t next = 0;
    for (const Event& event : program.events) {
      EXPECT_TRUE(event.ref == kNoAllocation || live.contains(event.ref));
      if (EndsAllocation(event)) live.erase(event.ref);
      EXPECT_EQ(event.id != kNoAllocation, MakesAllocation(event));
      if (event.id != kNoAllocation) {
        EXPECT_EQ(event.id, next++);
        live.insert(event.id);
      }
    }
  });
}

TEST(DecodeFuzzProgram, FailedAreThoseThatNoAllocatorCanGrant) {
  ForRandomPrograms([](const FuzzProgram& program) {
    for (const Event& event : program.events) {
      if (!CanFail(event.kind)) continue;
      const bool too_large = RequestedBytes(event) > program.arena_bytes;
      const bool has_alignment = TraitsOf(event.kind).has_alignment;
      const bool odd = has_alignment && (event.alignment & (event.alignment - 1)) != 0;
      const bool small = event.kind == EventKind::kPosixMemalign && event.alignment < 8;
      EXPECT_EQ(event.failed, too_large || odd || small || (has_alignment && event.alignment == 0));
    }
  });
}

TEST(TraceText, IsReadBackAsTheSameEvents) {
  ForRandomPrograms([](const FuzzProgram& program) {
    Metadata metadata;
    const std::vector<Event> events =
        ReadBack(TraceText(program, "bump", "overlap: a\nsentence"), &metadata);
    ASSERT_EQ(events.size(), program.events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i], Canonical(program.events[i])) << "event " << i;
    }
    EXPECT_EQ(FindMetadata(metadata, "arena"), std::to_string(program.arena_bytes));
    EXPECT_EQ(FindMetadata(metadata, "allocator"), "bump");
    EXPECT_EQ(FindMetadata(metadata, "verdict"), "overlap: a\nsentence");
  });
}

// What random inputs reach: a grammar that never says something is a grammar that tests nothing.
TEST(DecodeFuzzProgram, RandomInputsReachEveryKindItHas) {
  std::array<std::uint64_t, kEventKinds> seen{};
  std::uint64_t exhausting = 0;
  ForRandomPrograms([&](const FuzzProgram& program) {
    std::uint64_t asked = 0;
    for (const Event& event : program.events) {
      ++seen[static_cast<std::size_t>(event.kind)];
      if (event.id != kNoAllocation) asked += RequestedBytes(event);
    }
    exhausting += asked > program.arena_bytes ? 1 : 0;
  });
  for (const EventKind kind :
       {EventKind::kMalloc, EventKind::kFree, EventKind::kCalloc, EventKind::kRealloc,
        EventKind::kReallocArray, EventKind::kMemalign, EventKind::kAlignedAlloc,
        EventKind::kPosixMemalign, EventKind::kValloc, EventKind::kPvalloc, EventKind::kFreeNull,
        EventKind::kMarker}) {
    EXPECT_GT(seen[static_cast<std::size_t>(kind)], 100u) << TraitsOf(kind).name;
  }
  EXPECT_GT(exhausting, 1000u);
}

TEST(DrawSize, DistancesFromWhatIsLiveAndWhatWasFreed) {
  const SizesSoFar sizes{.arena_bytes = 3200, .live = {100, 200}, .freed = {7, 1000}};
  const auto draw = [&](Bytes bytes) {
    ByteReader in(bytes);
    return DrawSize(in, sizes);
  };
  EXPECT_EQ(draw({0x00, 77}), 77u);
  EXPECT_EQ(draw({0x03, 0}), 1000u);
  EXPECT_EQ(draw({0x0B, 2}), 8u);
  EXPECT_EQ(draw({0x0B, 3}), 0u);  // 7 - 8 does not wrap
  EXPECT_EQ(draw({0x04, 1}), 199u);
  EXPECT_EQ(draw({0x05, 0}), 308u);
  EXPECT_EQ(draw({0x06 | (16 << 3), 0}), 1600u);
  EXPECT_EQ(draw({0x0F, 3}), UINT64_MAX - 3);
  EXPECT_EQ(draw({0x17, 0, 32}), UINT64_MAX - 8192);
}

}  // namespace
}  // namespace alloclab
