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

// Written out by hand from the tables in program.h, operation.h and size_grammar.h. A change here
// makes stored inputs worthless: count up kProgramVersion.
TEST(DecodeFuzzProgram, FixedBytesMeanFixedCalls) {
  constexpr std::uint8_t kMalloc = 0;
  constexpr std::uint8_t kFree = 18;
  constexpr std::uint8_t kRealloc = 35;
  constexpr std::uint8_t kCalloc = 44;
  constexpr std::uint8_t kAligned = 48;
  constexpr std::uint8_t kBurst = 52;
  constexpr std::uint8_t kComb = 54;
  constexpr std::uint8_t kChurn = 55;
  constexpr std::uint8_t kFreeMany = 56;
  constexpr std::uint8_t kOrder = 58;
  constexpr std::uint8_t kReallocArray = 60;
  constexpr std::uint8_t kReallocNull = 61;
  constexpr std::uint8_t kReallocZero = 62;
  constexpr std::uint8_t kFreeNull = 63;
  const Bytes input = {
      0x15,                            // arena: 2 KiB less 16
      kMalloc,       0,   0x00, 100,   // malloc 100
      kMalloc,       0,   0x19, 3,     // malloc 3 x 16 - 8
      kCalloc,       2,   0x00, 5,     // calloc 2 x 5
      kCalloc,       177, 0x11, 0,     // calloc of 32 that overflows
      kCalloc,       210, 0x01, 2,     // calloc of 2^50 x (2^14 + 1)
      kAligned,      70,  0x00, 24,    // aligned_alloc 64
      kFree,         130, 0x00, 0,     // free the third
      kRealloc,      0,   0x03, 1,     // realloc the last to what was freed, less 1
      kRealloc,      200, 0x07, 1,     // realloc any (1) to PTRDIFF_MAX + 7
      kOrder,        0,   0x00, 0,     // refuse one request
      kOrder,        98,  0x00, 197,   // grant five, refuse two
      kOrder,        193, 0x00, 0,     // hand out multiples of 16
      kOrder,        233, 0x00, 0,     // keep three spans
      kBurst,        0,   0x29, 0,     // twice malloc 80
      kFreeNull,     0,   0x00, 0,     // free(NULL)
      kReallocZero,  128, 0x00, 0,     // realloc the first to nothing
      kComb,         0,   0x00, 9,     // two holes of 9
      kChurn,        1,   0x00, 7,     // three times malloc 7 and free
      kReallocArray, 97,  0x01, 8,     // reallocarray 2 x 8 of the last but one
      kReallocNull,  0,   0x32, 0x80,  // realloc of NULL to 64 and half of the way to 128
      kFreeMany,     0,   0x00, 0,     // free all, last first
      kMalloc,       0,   0x23,        // cut: malloc of what was freed, the last but four
  };
  EXPECT_EQ(TraceText(DecodeFuzzProgram(input), "bump", ""),
            "alloclab trace text 1\n"
            "# arena: 2032\n"
            "# allocator: bump\n"
            "# fuzz_program_version: 3\n"
            "\n"
            "0 = malloc 100\n"
            "1 = malloc 40\n"
            "2 = calloc 2 5\n"
            "failed calloc 576460752303423488 32\n"
            "failed calloc 1125899906842624 16385\n"
            "3 = aligned_alloc 64 24\n"
            "free 2\n"
            "4 = realloc 3 9\n"
            "failed realloc 1 9223372036854775814\n"
            "marker 1\n"
            "marker 1282\n"
            "marker 65537\n"
            "marker 131075\n"
            "5 = malloc 80\n"
            "6 = malloc 80\n"
            "free null\n"
            "realloc 0 0\n"
            "7 = malloc 9\n"
            "8 = malloc 24\n"
            "9 = malloc 9\n"
            "10 = malloc 24\n"
            "free 7\n"
            "free 9\n"
            "11 = malloc 7\n"
            "free 11\n"
            "12 = malloc 7\n"
            "free 12\n"
            "13 = malloc 7\n"
            "free 13\n"
            "14 = reallocarray 8 2 8\n"
            "15 = realloc null 96\n"
            "free 15\n"
            "free 14\n"
            "free 10\n"
            "free 6\n"
            "free 5\n"
            "free 4\n"
            "free 1\n"
            "16 = malloc 24\n");
}

TEST(DecodeFuzzProgram, StaysWithinItsBounds) {
  ForRandomPrograms([](const FuzzProgram& program) {
    EXPECT_GE(program.arena_bytes, 512u);
    EXPECT_LE(program.arena_bytes, kMaxArenaBytes);
    EXPECT_LE(program.events.size(), kMaxEvents);
  });
  EXPECT_EQ(DecodeFuzzProgram(Bytes{255}).arena_bytes, kMaxArenaBytes);
  EXPECT_EQ(DecodeFuzzProgram(Bytes(100000, 0x00)).events.size(), kMaxEvents);
  EXPECT_EQ(DecodeFuzzProgram(Bytes(100000, 0xFF)).events.size(), kMaxEvents);
  // Bursts, combs and churns of 300.
  for (const std::uint8_t what : Bytes{52, 54, 55}) {
    Bytes input = {0x0F};
    for (int i = 0; i < 10; ++i) input.insert(input.end(), {what, 31, 0, 8});
    EXPECT_EQ(DecodeFuzzProgram(input).events.size(), kMaxEvents);
  }
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

TEST(SizeAt, DistancesFromWhatIsLiveAndWhatWasFreed) {
  const SizesSoFar sizes{
      .arena_bytes = 3200, .live_bytes = 300, .live = {100, 200}, .freed = {7, 1000}};
  EXPECT_EQ(SizeAt(0x00, 77, sizes), 77u);
  EXPECT_EQ(SizeAt(0x01 | (31 << 3), 0, sizes), 496u);
  EXPECT_EQ(SizeAt(0x02 | (9 << 3), 0xF1, sizes), 512u + 15 * 32 - 1);
  EXPECT_EQ(SizeAt(0x03, 0, sizes), 1000u);
  EXPECT_EQ(SizeAt(0x0B, 2, sizes), 8u);
  EXPECT_EQ(SizeAt(0x0B, 3, sizes), 0u);  // 7 - 8 does not wrap
  EXPECT_EQ(SizeAt(0x03, 0x10, sizes), 1015u);
  EXPECT_EQ(SizeAt(0x03, 0x20, sizes), 1000u + 8 + 7 + 8 + 1000);  // goes round
  EXPECT_EQ(SizeAt(0x04, 1, sizes), 199u);
  EXPECT_EQ(SizeAt(0x05, 0, sizes), 308u);
  EXPECT_EQ(SizeAt(0x06 | (16 << 3), 0, sizes), 1600u);
  EXPECT_EQ(SizeAt(0x06 | (31 << 3), 0x10, sizes), 2900u / 32 * 32);  // all that is not live
  EXPECT_EQ(SizeAt(0x07, 8, sizes), std::uint64_t{PTRDIFF_MAX});
  EXPECT_EQ(SizeAt(0x17, 3, sizes), UINT64_MAX - 3);
  EXPECT_EQ(SizeAt(0x1F, 2, sizes), UINT64_MAX - 64);
  EXPECT_EQ(SizeAt(0x27, 0x20, sizes), (std::uint64_t{1} << 32) - 1);
  EXPECT_EQ(SizeAt(0x3F, 2, sizes), UINT64_MAX / 3);
}

}  // namespace
}  // namespace alloclab
