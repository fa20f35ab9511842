// Where allocators part: all of ours and glibc's answer alike, and one that does not is named.

#include "fuzz/differential.h"

#include <gtest/gtest.h>

#include <vector>

#include "allocator/variants.h"

namespace alloclab {
namespace {

using Heap = BoundaryTags<CheckedPages>;

// Refuses to hand out nothing (C5).
class RefusesNothing : public Heap {
 public:
  using Heap::Heap;
  void* Allocate(std::size_t n) noexcept { return n == 0 ? nullptr : Heap::Allocate(n); }
};

FuzzProgram ThreeCalls() {
  FuzzProgram program;
  program.arena_bytes = 1024;
  program.events = {{.kind = EventKind::kMarker, .size = 3},
                    {.kind = EventKind::kMalloc, .id = 0, .size = 24},
                    {.kind = EventKind::kMalloc, .id = 1, .size = 0},
                    {.kind = EventKind::kFree, .ref = 0}};
  return WhereAllAgree(std::move(program));
}

TEST(Differential, AllThatAnswerAlikeDoNotPart) {
  const FuzzProgram program = ThreeCalls();
  EXPECT_EQ(program.events.size(), 3u);
  const std::vector<Answers> all = {AnswersOf<Heap>("a", program),
                                    AnswersOf<Tlsf<CheckedPages>>("b", program)};
  ASSERT_EQ(all[0].answers.size(), 3u);
  EXPECT_EQ(all[0].answers[0], (Answer{Answer::Kind::kGranted, 0}));
  EXPECT_EQ(all[0].answers[2], (Answer{Answer::Kind::kNone, 0}));
  EXPECT_EQ(WhereTheyPart(program, all), "");
}

TEST(Differential, TheFirstEventWhereTheyPartIsNamed) {
  const FuzzProgram program = ThreeCalls();
  const std::vector<Answers> all = {AnswersOf<Heap>("a", program),
                                    AnswersOf<RefusesNothing>("b", program)};
  EXPECT_EQ(WhereTheyPart(program, all),
            "event 2 (1 = malloc 0): a answers a block, b null, ENOMEM");
}

TEST(Differential, LeavesOutWhatSomeHaveTheMemoryFor) {
  const auto kept = [](Event event) {
    return !WhereAllAgree({.arena_bytes = 1024, .events = {event}}).events.empty();
  };
  const auto failed = [](std::uint64_t size) {
    return Event{.kind = EventKind::kMalloc, .failed = true, .size = size};
  };
  EXPECT_FALSE(kept(failed(1025)));
  EXPECT_FALSE(kept(failed(kMaxRequestBytes)));
  EXPECT_TRUE(kept(failed(kMaxRequestBytes + 1)));
  EXPECT_TRUE(kept({.kind = EventKind::kCalloc, .failed = true, .size = 1ull << 62, .count = 4}));
  EXPECT_TRUE(kept({.kind = EventKind::kMalloc, .size = 1024}));
}

TEST(Differential, EndsWhereMemoryMightNotBeAmple) {
  FuzzProgram program{.arena_bytes = kMaxArenaBytes, .events = {}};
  for (std::uint64_t id = 0; id < 10; ++id) {
    program.events.push_back({.kind = EventKind::kMalloc, .id = id, .size = kMaxArenaBytes});
    program.events.push_back({.kind = EventKind::kFree, .ref = id});
  }
  const std::size_t kept = kDifferentialArenaBytes / 4 / kMaxArenaBytes;
  EXPECT_EQ(WhereAllAgree(program).events.size(), 2 * kept);
}

TEST(Differential, WhatIsLeftOutIsMissedByNobody) {
  const Event huge{.kind = EventKind::kMemalign, .id = 0, .size = 8, .alignment = 1ull << 40};
  const Event small{.kind = EventKind::kMemalign, .id = 1, .size = 8, .alignment = 64};
  const FuzzProgram left = WhereAllAgree(
      {.arena_bytes = 1024, .events = {huge, small, {.kind = EventKind::kFree, .ref = 0}}});
  ASSERT_EQ(left.events.size(), 1u);
  EXPECT_EQ(left.events[0].id, 0u);
  EXPECT_EQ(left.events[0].alignment, 64u);
}

}  // namespace
}  // namespace alloclab
