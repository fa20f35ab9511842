// The misuse cases: their decoding, what the promising variants do in many of them, and that
// variants which break the promise in one way each are found.

#include "fuzz/misuse/misuse.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "allocator/misuse.h"
#include "allocator/variants.h"
#include "fuzz/misuse/check.h"
#include "fuzz/misuse/contained.h"
#include "fuzz/misuse/stop.h"
#include "fuzz/random_input.h"

namespace alloclab {
namespace {

using Bytes = std::vector<std::uint8_t>;

Arena& TheArena() {
  static Arena& arena = *new Arena(kMaxArenaBytes);
  return arena;
}

TEST(MisuseCase, FixedBytesMeanTheSameForEver) {
  // Arena 18; the misuse; malloc, malloc and free of the older.
  const Bytes input = {0x12, 6, 128, 7, 9, 0, 0, 0, 40, 0, 0, 0, 50, 18, 1, 0, 0};
  const MisuseCase decoded = DecodeMisuseCase(input);
  EXPECT_EQ(decoded.misuse, (Misuse{.kind = MisuseKind::kInterior,
                                    .call = MisuseCall::kResize,
                                    .when = 128,
                                    .which = 7,
                                    .where = 9}));
  Bytes program = {0x12};
  program.insert(program.end(), input.begin() + 5, input.end());
  EXPECT_EQ(decoded.program.arena_bytes, DecodeFuzzProgram(program).arena_bytes);
  EXPECT_EQ(decoded.program.events, DecodeFuzzProgram(program).events);
  ASSERT_EQ(decoded.program.events.size(), 3u);
  EXPECT_EQ(decoded.before(), 1u);
  EXPECT_EQ(MisuseText(decoded),
            "after event 1, TryResize is called with an address inside of a live block");
  EXPECT_EQ(decoded.misuse.resize_bytes(), 56u);
}

TEST(MisuseCase, EveryKindAndCallHasItsBytes) {
  for (std::uint8_t what = 0; what < kMisuseKinds * kMisuseCalls; ++what) {
    const Misuse misuse = DecodeMisuseCase(Bytes{0, what}).misuse;
    EXPECT_EQ(static_cast<int>(misuse.kind), what % 5);
    EXPECT_EQ(static_cast<int>(misuse.call), what / 5);
  }
}

TEST(MisuseCase, EveryInputIsOne) {
  for (std::size_t bytes = 0; bytes < 12; ++bytes) {
    const MisuseCase decoded = DecodeMisuseCase(Bytes(bytes, 0xFF));
    EXPECT_LE(decoded.before(), decoded.program.events.size());
    EXPECT_EQ(decoded.misuse.when, bytes > 2 ? 0xFF : 0);
    EXPECT_EQ(decoded.program.events.empty(), bytes <= 5);
  }
}

TEST(Stop, ComesBackToWhoWaitsForIt) {
  EXPECT_TRUE(StopsForMisuse([] { StopForMisuse(nullptr, "is waited for"); }));
  EXPECT_FALSE(StopsForMisuse([] {}));
  EXPECT_EXIT(StopForMisuse(nullptr, "is not"), testing::KilledBySignal(SIGABRT),
              "^alloclab: 0x0: is not\n$");
}

TEST(Contained, WhateverHappensHere) {
  volatile bool on = true;
  EXPECT_EQ(RunContained([] {}), ContainedEnd::kCameBack);
  EXPECT_EQ(RunContained([] { raise(SIGSEGV); }), ContainedEnd::kCrashed);
  EXPECT_EQ(RunContained([] { StopForMisuse(nullptr, "is not waited for"); }),
            ContainedEnd::kCrashed);
  EXPECT_EQ(RunContained([&on] {
              while (on) {
              }
            }),
            ContainedEnd::kHung);
}

// What comes of many cases on A. At the first finding it ends.
struct Summary {
  std::array<std::array<int, kMisuseCalls>, kMisuseKinds> made{};
  int promised = 0;
  std::optional<MisuseFinding> finding = std::nullopt;
  std::uint64_t input = 0;
};

template <Allocator A>
Summary RunMany(std::uint64_t seed, std::uint64_t count) {
  Summary summary;
  for (; summary.input < count && !summary.finding; ++summary.input) {
    const MisuseCase decoded = DecodeMisuseCase(RandomInput(seed, summary.input, 200));
    const MisuseChecked checked = CheckMisuse<A>(decoded, TheArena());
    const auto kind = static_cast<std::size_t>(decoded.misuse.kind);
    summary.made[kind][static_cast<std::size_t>(decoded.misuse.call)] += checked.made ? 1 : 0;
    summary.promised += checked.promised ? 1 : 0;
    summary.finding = checked.finding;
  }
  return summary;
}

// Every variant there is: the misuses it promised to notice it notices; no process is the worse
// for the others.
template <Allocator A>
void HoldsItsPromise(std::string_view name) {
  constexpr std::uint64_t kSeed = 20;
  const Summary summary = RunMany<A>(kSeed, kDetectsMisuse<A> ? 4000 : 80);
  EXPECT_FALSE(summary.finding) << name << ", seed " << kSeed << ", input " << summary.input - 1
                                << ": " << summary.finding->rule << ": "
                                << summary.finding->sentence;
  EXPECT_EQ(summary.promised > 0, kDetectsMisuse<A>) << name;
  for (const auto& calls : summary.made) {
    EXPECT_GT(std::accumulate(calls.begin(), calls.end(), 0), 0) << name;
    for (const int made : calls) EXPECT_TRUE(made > 0 || !kDetectsMisuse<A>) << name;
  }
}

TEST(Misuse, C20HoldsForWhoPromisesItAndNobodyElseIsTheWorse) {
  for (const std::string_view name : Variants::kNames) {
    Variants::Visit<CheckedPages>(name, [&]<class A>() {
      if constexpr (kWalkable<A>) HoldsItsPromise<A>(name);
    });
  }
}

// Buddy, with one thing about it wrong, and its functions around it.
class Wrong : public Buddy<CheckedPages> {
 public:
  using Buddy::Buddy;

 protected:
  bool IsLive(const void* p) const noexcept {
    bool live = false;
    Walk([&](const BlockView& block) {
      live = live || (block.state == BlockState::kUsed && block.payload == p);
    });
    return live;
  }
};

class DeafToFree : public Wrong {
 public:
  using Wrong::Wrong;
  void Free(void* p) noexcept {
    if (IsLive(p)) Wrong::Free(p);
  }
};

class DeafToResize : public Wrong {
 public:
  using Wrong::Wrong;
  bool TryResize(void* p, std::size_t n) noexcept { return IsLive(p) && Wrong::TryResize(p, n); }
};

class DeafToMeasure : public Wrong {
 public:
  using Wrong::Wrong;
  std::size_t UsableSize(const void* p) const noexcept {
    return IsLive(p) ? Wrong::UsableSize(p) : 0;
  }
};

// Only of blocks inside its memory does it know that they are none.
class DeafToForeign : public Wrong {
 public:
  using Wrong::Wrong;
  void Free(void* p) noexcept {
    bool held = false;
    Walk([&](const BlockView& block) { held = held || (block.begin <= p && p < block.end()); });
    if (held) Wrong::Free(p);
  }
};

// It frees first and looks then.
class StopsTooLate : public Wrong {
 public:
  using Wrong::Wrong;
  void Free(void* p) noexcept {
    if (p != nullptr && !IsLive(p)) {
      void* other = nullptr;
      Walk([&](const BlockView& block) {
        if (block.state == BlockState::kUsed) other = const_cast<std::byte*>(block.payload);
      });
      Wrong::Free(other);
    }
    Wrong::Free(p);
  }
};

class StopsWithoutCause : public Wrong {
 public:
  using Wrong::Wrong;
  void Free(void* p) noexcept {
    if (++frees_ == 5) StopForMisuse(p, "is freed, and why not");
    Wrong::Free(p);
  }

 private:
  int frees_ = 0;
};

template <class A>
std::string FoundIn() {
  const Summary summary = RunMany<A>(21, 2000);
  return summary.finding ? summary.finding->rule : "nothing";
}

TEST(Misuse, WhoIsDeafToItIsFound) {
  EXPECT_EQ(FoundIn<Wrong>(), "nothing");
  EXPECT_EQ(FoundIn<DeafToFree>(), "misuse");
  EXPECT_EQ(FoundIn<DeafToResize>(), "misuse");
  EXPECT_EQ(FoundIn<DeafToMeasure>(), "misuse");
  EXPECT_EQ(FoundIn<DeafToForeign>(), "misuse");
}

TEST(Misuse, WhoStopsTooLateIsFound) { EXPECT_EQ(FoundIn<StopsTooLate>(), "bounds"); }

TEST(Misuse, WhoStopsWithoutCauseIsFound) {
  const StopHandler handler = [](const void*, const char*) { std::_Exit(77); };
  EXPECT_EXIT(
      {
        SetStopHandler(handler);
        FoundIn<StopsWithoutCause>();
      },
      testing::ExitedWithCode(77), "");
}

}  // namespace
}  // namespace alloclab
