// The oracle of threaded runs: each verdict fires on a heap that is wrong in just that way, and on
// none that is right.

#include "fuzz/schedule/threaded_run.h"

#include <gtest/gtest.h>

#include "allocator/variants/boundary_tags.h"
#include "fuzz/schedule/scheduled_sync.h"
#include "fuzz/schedule/strategies.h"
#include "fuzz/schedule/threaded_case.h"

namespace alloclab {
namespace {

enum class Fault {
  kNone,
  kSameTwice,    // a block is handed out while it is live
  kWrites,       // into a live block, when another is freed
  kCrooked,      // aligned to 8
  kLoses,        // what is freed
  kStray,        // writes past the arena
  kWaits,        // for a lock that it has
  kNeverEnds,    // goes around without an end
  kLetsGo,       // of a lock that it does not have
  kFreesInside,  // shows a live block as free
  kBadIndex,
};

// A heap without a lock that is used by one thread at a time here, and wrong on purpose.
template <Fault kFault>
class Wrong {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = true;

  explicit Wrong(PointedPages& pages) noexcept : inner_(pages) {}

  void* Allocate(std::size_t n) noexcept {
    ReachPoint("allocate", this);
    if (kFault == Fault::kSameTwice && last_ != nullptr) return last_;
    last_ = static_cast<std::byte*>(inner_.Allocate(n + 64));
    if (kFault == Fault::kStray) inner_pages_end_ = last_ + 1024;
    if (kFault == Fault::kCrooked) return last_ + 8;
    return last_;
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    ReachPoint("free", this);
    if (kFault == Fault::kCrooked) p = static_cast<std::byte*>(p) - 8;
    if (kFault == Fault::kWrites && p != last_) last_[3] = std::byte{1};
    if (kFault == Fault::kLoses) return;
    if (kFault == Fault::kWaits) {
      lock_.Lock();
      lock_.Lock();
    }
    while (kFault == Fault::kNeverEnds) ReachPoint("again", this);
    if (kFault == Fault::kLetsGo) lock_.Unlock();
    if (kFault == Fault::kStray) *inner_pages_end_ = std::byte{1};
    inner_.Free(p);
  }

  std::size_t UsableSize(const void* p) const noexcept { return inner_.UsableSize(p); }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    inner_.Walk([&](BlockView block) {
      if (kFault == Fault::kFreesInside) block.state = BlockState::kFree;
      visit(std::as_const(block));
    });
  }

  Verdict CheckIndex() const noexcept {
    if (kFault == Fault::kBadIndex) return {"an index that is never right", this};
    return inner_.CheckIndex();
  }

 private:
  BoundaryTags<PointedPages> inner_;
  ScheduledLock lock_;
  std::byte* last_ = nullptr;
  std::byte* inner_pages_end_ = nullptr;
};

constexpr char kProgram[] =
    "alloclab trace text 1\n"
    "# arena: 1024\n"
    "\n"
    "0 = malloc 24 @0\n"
    "1 = malloc 24 @1\n"
    "free 0 @1\n"
    "2 = realloc 1 40 @0\n";

template <Fault kFault>
ThreadedResult RunWrong(Schedule schedule = {}, const std::string& text = kProgram) {
  const CaseFromText program = ReadCase("program", text);
  Arena arena(kMaxThreadedArenaBytes);
  Scheduler scheduler;
  FollowSchedule follow(std::move(schedule));
  return RunThreaded<Wrong<kFault>>(program.program.events, arena, program.program.arena_bytes,
                                    scheduler, follow, {.steps = 500});
}

TEST(ThreadedRun, SeesEachWrong) {
  EXPECT_EQ(RunWrong<Fault::kNone>().verdict, "");
  EXPECT_EQ(RunWrong<Fault::kSameTwice>().verdict, "overlap");
  EXPECT_EQ(RunWrong<Fault::kSameTwice>().event, 2u);
  EXPECT_EQ(RunWrong<Fault::kWrites>().verdict, "contents");
  EXPECT_EQ(RunWrong<Fault::kCrooked>().verdict, "alignment");
  EXPECT_EQ(RunWrong<Fault::kLoses>().verdict, "walk");
  EXPECT_EQ(RunWrong<Fault::kStray>().verdict, "bounds");
  EXPECT_EQ(RunWrong<Fault::kWaits>().verdict, "deadlock");
  EXPECT_EQ(RunWrong<Fault::kNeverEnds>().verdict, "livelock");
  EXPECT_EQ(RunWrong<Fault::kLetsGo>().verdict, "lock");
  EXPECT_EQ(RunWrong<Fault::kFreesInside>().verdict, "bounds");
  EXPECT_EQ(RunWrong<Fault::kBadIndex>().verdict, "index");
}

// Events of a thread are done in their order, and one whose block is not made yet waits, whatever
// the schedule wants.
TEST(ThreadedRun, WaitsForBlocksThatAnotherMakes) {
  const std::string text =
      "alloclab trace text 1\n# arena: 1024\n\n"
      "0 = malloc 24 @1\n"
      "free 0 @0\n"
      "1 = malloc 24 @0\n"
      "free 1 @1\n";
  const CaseFromText program = ReadCase("program", text);
  Arena arena(kMaxThreadedArenaBytes);
  Scheduler scheduler;
  for (const Schedule& schedule : {Schedule{}, Schedule{0, 0, 0, 0}, Schedule{1, 1, 1, 1}}) {
    FollowSchedule follow(schedule);
    EXPECT_EQ(
        RunThreaded<Wrong<Fault::kNone>>(program.program.events, arena, 1024, scheduler, follow)
            .verdict,
        "");
    std::string calls;
    for (const Step& step : scheduler.steps()) {
      const std::string name = step.point.name;
      if (name == "allocate" || name == "free") {
        calls += name + " by " + std::to_string(step.thread) + ", ";
      }
    }
    EXPECT_EQ(calls, "allocate by 1, free by 0, allocate by 0, free by 1, ")
        << ScheduleText(schedule);
  }
}

// Refusals are no error: what was not granted is not freed, and what could not be moved stays.
TEST(ThreadedRun, GoesOnAfterARefusal) {
  const std::string text =
      "alloclab trace text 1\n# arena: 1024\n\n"
      "0 = malloc 24 @0\n"
      "marker 3 @0\n"
      "1 = realloc 0 900 @0\n"
      "2 = malloc 900 @1\n"
      "free 2 @0\n"
      "free 1 @1\n"
      "failed malloc 16 @1\n"
      "3 = calloc 3 8 @0\n"
      "4 = realloc null 8 @0\n"
      "realloc 4 0 @1\n"
      "free null @1\n";
  EXPECT_EQ(RunWrong<Fault::kNone>({}, text).verdict, "");
}

}  // namespace
}  // namespace alloclab
