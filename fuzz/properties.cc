#include "fuzz/properties.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <utility>
#include <vector>

#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "fuzz/isolated.h"
#include "traces/checked/checked.h"
#include "traces/program.h"
#include "traces/replay/memory_pass.h"
#include "traces/replay/replay.h"

namespace alloclab {
namespace {

// Events in memory as a trace.
class EventsReader : public TraceReader {
 public:
  explicit EventsReader(const Events& events) : events_(&events) {}
  const Metadata& metadata() const override { return metadata_; }
  bool Next(std::vector<Event>& batch) override {
    batch.clear();
    if (events_ != nullptr) batch = *std::exchange(events_, nullptr);
    return !batch.empty();
  }
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  const Events* events_;
  Metadata metadata_;
  std::vector<std::string> warnings_;
};

Program ProgramOf(const Events& events) {
  EventsReader reader(events);
  return DecodeProgram(reader);
}

// Processor time of this process, in seconds: what else runs takes no part in it.
double ProcessorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Runs a program so often and returns how many seconds that took.
using Repeat = std::function<double(std::size_t times)>;

// On a heap of its own, which lives as long as the process.
Repeat RepeatOn(const std::string& variant, const Program& program, std::vector<void*>& slots) {
  Repeat repeat;
  Variants::Visit<MmapPages>(variant, [&]<Allocator A>() {
    A& heap = *new A(*new MmapPages);
    repeat = [&](std::size_t times) {
      const double start = ProcessorSeconds();
      for (std::size_t i = 0; i < times; ++i) {
        Replay<A, Touch::kFirst>(heap, program.ops.data(), program.ops.data() + program.ops.size(),
                                 slots.data());
        for (void*& slot : slots) heap.Free(std::exchange(slot, nullptr));
      }
      return ProcessorSeconds() - start;
    };
  });
  return repeat;
}

double InTurns(const Repeat& first, const Repeat& second) {
  constexpr double kTurnSeconds = 0.003;
  constexpr std::size_t kPairs = 7;
  constexpr std::size_t kMostTimes = 1 << 20;
  // The first run of each finds memory that is new to the process.
  first(1);
  second(1);
  std::size_t times = 1;
  while (times < kMostTimes && std::min(first(times), second(times)) < kTurnSeconds) times *= 2;
  std::array<double, kPairs> ratios;
  for (double& ratio : ratios) {
    const double of_first = first(times);
    ratio = of_first / second(times);
  }
  std::ranges::sort(ratios);
  return ratios[1];
}

std::optional<double> AsNumber(const std::string& answer) {
  char* end = nullptr;
  const double number = std::strtod(answer.c_str(), &end);
  if (end == answer.c_str()) return {};  // crash, time-out
  return number;
}

}  // namespace

std::string VerdictOf(const std::string& variant, const Events& events, std::size_t arena_bytes,
                      unsigned timeout_seconds) {
  const auto run = [&]() -> std::string {
    Arena arena(arena_bytes);
    std::string rule;
    Variants::Visit<CheckedPages>(variant, [&]<Allocator A>() {
      const CheckedResult result = ReplayChecked<A>(events, arena, arena_bytes);
      if (result.violation) rule = RuleName(result.violation->rule);
    });
    return rule;
  };
  return RunIsolated(run, timeout_seconds);
}

std::optional<HeldAndLive> HeldOverLive(const std::string& variant, const Events& events,
                                        std::size_t arena_bytes, unsigned timeout_seconds) {
  const auto run = [&] {
    const Program program = ProgramOf(events);
    Arena arena(arena_bytes);
    BufferPages pages(arena.bytes());
    std::vector<void*> slots(program.slots);
    std::vector<std::uint64_t> sizes(program.slots);
    MemoryFigures figures;
    Variants::Visit<BufferPages>(variant, [&]<Allocator A>() {
      // Its destructor is of no use: the process ends.
      A& heap = *new A(pages);
      PagesHeld held(pages);
      volatile std::uint64_t at = 0;
      const Op* end = program.ops.data() + program.ops.size();
      MemoryPass<A, PagesHeld<BufferPages>, Touch::kNone>(heap, held, slots.data(), sizes.data(),
                                                          slots.size(), figures)
          .Run(program.ops.data(), end, end, at);
    });
    if (figures.failures != 0) return std::string("refused");
    return fmt::format("{} {}", figures.HeldOverLivePeak(), figures.live_bytes_peak);
  };
  const std::string answer = RunIsolated(run, timeout_seconds);
  const std::optional<double> ratio = AsNumber(answer);
  if (!ratio) return {};
  return HeldAndLive{*ratio, std::strtoull(answer.c_str() + answer.find(' '), nullptr, 10)};
}

std::optional<double> TimesAsLong(const std::string& variant, const std::string& other,
                                  const Events& events, unsigned timeout_seconds) {
  const auto run = [&] {
    const Program program = ProgramOf(events);
    std::vector<void*> slots(program.slots);
    return fmt::format("{}",
                       InTurns(RepeatOn(variant, program, slots), RepeatOn(other, program, slots)));
  };
  return AsNumber(RunIsolated(run, timeout_seconds));
}

}  // namespace alloclab
