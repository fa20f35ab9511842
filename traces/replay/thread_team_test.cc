// Programs for threads on real threads, under a checker that all of them share; and their images.

#include "traces/replay/thread_team.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/shadowed.h"
#include "allocator/variants.h"
#include "traces/replay/memory_file.h"
#include "traces/test_seed.h"
#include "traces/threaded_events.h"

namespace alloclab {
namespace {

// The checker behind a lock; refuses every refuse_every-th call that makes a block.
class SharedChecker {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = true;

  void* Allocate(std::size_t n) noexcept {
    const std::lock_guard lock(mutex_);
    return Refuses(n) ? nullptr : heap_.Allocate(n);
  }
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    const std::lock_guard lock(mutex_);
    return Refuses(n) ? nullptr : heap_.AllocateAligned(n, alignment);
  }
  void* AllocateZeroed(std::size_t n) noexcept {
    const std::lock_guard lock(mutex_);
    return Refuses(n) ? nullptr : heap_.AllocateZeroed(n);
  }
  void* Reallocate(void* p, std::size_t n) noexcept {
    const std::lock_guard lock(mutex_);
    return Refuses(n) ? nullptr : heap_.Reallocate(p, n);
  }
  void Free(void* p) noexcept {
    const std::lock_guard lock(mutex_);
    heap_.Free(p);
  }
  std::size_t UsableSize(const void* p) const noexcept { return heap_.UsableSize(p); }
  template <class Visit>
  void Walk(Visit&& visit) const noexcept {
    heap_.Walk(visit);
  }
  Verdict CheckIndex() const noexcept { return heap_.CheckIndex(); }

  std::size_t refuse_every = 0;  // 0: never
  // Refused calls for a byte or more: null for nothing is a good answer.
  std::size_t refused() const { return refused_; }
  // A sentence, or empty.
  std::string Broken() {
    const Violation* violation = heap_.Check();
    return violation == nullptr ? "" : violation->text;
  }
  std::size_t live() const { return heap_.live_blocks(); }

 private:
  bool Refuses(std::size_t n) {
    const bool refuses = refuse_every != 0 && ++makers_ % refuse_every == 0;
    refused_ += refuses && n != 0 ? 1 : 0;
    return refuses;
  }

  std::mutex mutex_;
  MmapPages pages_;
  Shadowed<Tlsf<MmapPages>> heap_{pages_};
  std::size_t makers_ = 0;
  std::size_t refused_ = 0;
};

struct Ran {
  std::uint64_t failures = 0;
  std::string broken;
  std::size_t live = 0;
};

Ran RunOnThreads(const ThreadedProgram& program, SharedChecker& checker, int rounds) {
  using Team = ThreadTeam<SharedChecker, Touch::kNone>;
  const int descriptor = WriteThreadedImage(program);
  ThreadedImage image;
  const char* wrong = image.Map(descriptor);
  close(descriptor);
  if (wrong != nullptr) return {0, wrong, 0};
  std::vector<Team::Member> members(image.threads());
  std::vector<ThreadProgress> progress(image.threads());
  std::vector<void*> slots(image.slots());
  Team team(checker, image, slots.data(), members.data(), progress.data());
  if (!team.Start()) return {0, "no threads", 0};
  for (int round = 0; round < rounds; ++round) {
    team.Run();
    Replay<SharedChecker, Touch::kNone>(checker, image.tail().data(),
                                        image.tail().data() + image.tail().size(), slots.data());
  }
  return {team.failures(), checker.Broken(), checker.live()};
}

TEST(ThreadTeam, RunsTheProgramAgainAndAgain) {
  const std::uint64_t seed = TestSeed();
  for (const std::uint32_t threads : {1u, 2u, 7u, 48u}) {
    const ThreadedProgram program =
        ThreadedProgramOf(ThreadedEvents(seed + threads, 6000, threads, 2));
    SharedChecker checker;
    const Ran ran = RunOnThreads(program, checker, 3);
    EXPECT_EQ(ran.broken, "") << threads;
    EXPECT_EQ(ran.failures, 0u);
    EXPECT_EQ(ran.live, 0u);
  }
}

// A call that failed is done as well, and whoever waits for it goes on.
TEST(ThreadTeam, RefusedCallsHoldNobodyUp) {
  const ThreadedProgram program = ThreadedProgramOf(ThreadedEvents(TestSeed(), 6000, 5, 1));
  SharedChecker checker;
  checker.refuse_every = 3;
  const Ran ran = RunOnThreads(program, checker, 1);
  EXPECT_EQ(ran.broken, "");
  EXPECT_EQ(ran.failures, checker.refused());
  EXPECT_GT(ran.failures, 100u);
  EXPECT_EQ(ran.live, 0u);
}

// Each block goes once around: made by one thread, resized by the next, freed by the one after.
TEST(ThreadTeam, ABlockThatGoesFromHandToHandStopsNobody) {
  constexpr std::uint32_t kThreads = 4;
  std::vector<Event> events;
  std::uint64_t next_id = 0;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const auto on = [i](std::uint32_t step) { return (i + step) % kThreads; };
    Event make;
    make.size = 100;
    make.thread = on(0);
    make.id = next_id++;
    Event resize = make;
    resize.kind = EventKind::kRealloc;
    resize.ref = make.id;
    resize.thread = on(1);
    resize.id = next_id++;
    Event end;
    end.kind = EventKind::kFree;
    end.ref = resize.id;
    end.thread = on(2);
    events.insert(events.end(), {make, resize, end});
  }
  SharedChecker checker;
  const Ran ran = RunOnThreads(ThreadedProgramOf(events), checker, 2);
  EXPECT_EQ(ran.broken, "");
  EXPECT_EQ(ran.live, 0u);
}

// Notes when each block was asked for, by its size.
class Watch {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = true;

  void* Allocate(std::size_t n) noexcept {
    at[n] = ClockNs(CLOCK_MONOTONIC);
    return &at[n];
  }
  void Free(void*) noexcept {}
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

  std::array<std::uint64_t, 8> at{};
};

// No call before its time, whatever the scale; and no later ones for a pause that is over.
TEST(ThreadTeam, PausesUntilItIsTime) {
  ThreadedProgram program;
  program.threads = {{{0, OpKind::kMalloc, 0, 0, 1},
                      {0, OpKind::kPause, 0, 0, 30'000'000},
                      {1, OpKind::kMalloc, 0, 0, 2},
                      {0, OpKind::kPause, 0, 0, 10'000'000},
                      {2, OpKind::kMalloc, 0, 0, 3}},
                     {{0, OpKind::kPause, 0, 0, 20'000'000}, {3, OpKind::kMalloc, 0, 0, 4}}};
  program.slots = 4;
  const int descriptor = WriteThreadedImage(program);
  ThreadedImage image;
  ASSERT_EQ(image.Map(descriptor), nullptr);
  close(descriptor);
  using Team = ThreadTeam<Watch, Touch::kNone>;
  for (const double scale : {1.0, 0.25, 0.0}) {
    Watch watch;
    std::vector<Team::Member> members(image.threads());
    std::vector<ThreadProgress> progress(image.threads());
    std::vector<void*> slots(image.slots());
    Team team(watch, image, slots.data(), members.data(), progress.data(), Schedule(scale));
    ASSERT_TRUE(team.Start());
    const std::uint64_t start = ClockNs(CLOCK_MONOTONIC);
    team.Run();
    EXPECT_GE(watch.at[1], start);
    EXPECT_GE(watch.at[2], start + static_cast<std::uint64_t>(30e6 * scale));
    EXPECT_GE(watch.at[3], watch.at[2]);
    EXPECT_GE(watch.at[4], start + static_cast<std::uint64_t>(20e6 * scale));
    EXPECT_GT(team.pause_cpu_ns(), 0u);
  }
}

// What Map says about the image of a small program after `change` of its words.
template <class Change>
std::string RefusalAfter(Change change) {
  ThreadedProgram program;
  program.threads = {{{0, OpKind::kMalloc, 0, 1, 8}, {1, OpKind::kMalloc, 0, 0, 8}},
                     {{0, OpKind::kWait, 0, 0, 1}, {0, OpKind::kFree, 0, 0, 8}}};
  program.tail = {{1, OpKind::kFree, 0, 0, 8}};
  program.slots = 2;
  const int made = WriteThreadedImage(program);
  std::vector<std::byte> bytes(sizeof(ThreadedImageHeader) + 2 * 8 + 5 * sizeof(Op));
  EXPECT_EQ(pread(made, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  close(made);
  auto* header = reinterpret_cast<ThreadedImageHeader*>(bytes.data());
  auto* ends = reinterpret_cast<std::uint64_t*>(header + 1);
  change(*header, ends, reinterpret_cast<Op*>(ends + 2));
  const std::span<const std::byte> parts[] = {bytes};
  const int changed = WriteMemoryFile(parts);
  ThreadedImage image;
  const char* wrong = image.Map(changed);
  close(changed);
  return wrong == nullptr ? "" : wrong;
}

TEST(ThreadedImage, RefusesWhatWouldNotComeToItsEnd) {
  using Header = ThreadedImageHeader;
  using Ends = std::uint64_t;
  EXPECT_EQ(RefusalAfter([](Header&, Ends*, Op*) {}), "");
  EXPECT_EQ(RefusalAfter([](Header& header, Ends*, Op*) { header.magic ^= 1; }),
            "this is not a program image for threads");
  const std::string length = "the program image's length does not agree with its header";
  for (const std::uint64_t threads : {0ul, 1ul, 5ul, UINT64_MAX}) {
    EXPECT_EQ(RefusalAfter([=](Header& header, Ends*, Op*) { header.threads = threads; }), length);
  }
  EXPECT_EQ(RefusalAfter([](Header&, Ends* ends, Op*) { ends[0] = 5; }), length);
  EXPECT_EQ(RefusalAfter([](Header&, Ends* ends, Op*) { ends[1] = 6; }), length);
  EXPECT_EQ(RefusalAfter([](Header& header, Ends*, Op*) { header.tail = 0; }), length);
  EXPECT_EQ(RefusalAfter([](Header& header, Ends*, Op*) { header.slots = UINT64_C(1) << 33; }),
            "the program image has more than 2^32 slots");
  const std::string operation =
      "the program image holds an operation with a wrong kind, slot, alignment or wait";
  const auto refuses = [&](auto change) {
    EXPECT_EQ(RefusalAfter([&](Header&, Ends*, Op* ops) { change(ops); }), operation);
  };
  refuses([](Op* ops) { ops[0].kind = OpKind{7}; });
  refuses([](Op* ops) { ops[0].slot = 2; });
  refuses([](Op* ops) { ops[0].alignment_log2 = 63; });
  refuses([](Op* ops) { ops[0].awaited = 0; });  // the wait would last for ever
  refuses([](Op* ops) { ops[2].slot = 1; });     // likewise, for itself
  refuses([](Op* ops) { ops[2].slot = 2; });
  refuses([](Op* ops) { ops[2].size = 0; });
  refuses([](Op* ops) { ops[2].size = 3; });
  refuses([](Op* ops) { ops[4].kind = OpKind::kWait; });
  refuses([](Op* ops) { ops[4].slot = 2; });
}

}  // namespace
}  // namespace alloclab
