#include "fuzz/schedule/threaded_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "fuzz/schedule/byte_reader.h"
#include "fuzz/random_input.h"
#include "traces/open_trace.h"
#include "traces/text_format.h"
#include "traces/text_writer.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::array<std::size_t, 8> kArenaBytes = {512, 1024, 1024, 2048, 2048, 4096, 8192, 16384};
constexpr std::array<unsigned, 4> kThreadCounts = {2, 2, 3, 4};
// Mostly the same: threads meet where they want the same.
constexpr std::array<std::uint64_t, 8> kSizes = {24, 24, 24, 24, 0, 96, 300, 700};

class CaseDecoder {
 public:
  explicit CaseDecoder(std::span<const std::uint8_t> input) : in_(input) {
    const std::uint8_t shape = in_.Byte();
    threads_ = kThreadCounts[shape & 3];
    case_.arena_bytes = kArenaBytes[(shape >> 2) & 7];
    const std::size_t wanted = in_.Byte() % 16u;
    const std::span<const std::uint8_t> rest =
        input.subspan(std::min<std::size_t>(input.size(), 2));
    const std::size_t kept = std::min(wanted, rest.size() / 2);
    const std::span<const std::uint8_t> first = rest.last(kept);
    schedules_[0].assign(first.begin(), first.end());
    DrawSchedules(input);
    in_ = ByteReader(rest.first(rest.size() - kept));
  }

  DecodedCase Decode() {
    for (std::size_t i = 0; i < kMaxOperations && !in_.empty(); ++i) Operation(in_.Byte());
    return {std::move(case_), std::move(schedules_)};
  }

 private:
  // All but the first, of one to four preemptions each.
  void DrawSchedules(std::span<const std::uint8_t> input) {
    std::uint64_t seed = input.size();
    for (const std::uint8_t byte : input) seed = SplitMix(seed ^ byte).Next();
    SplitMix random(seed);
    for (std::size_t i = 1; i < kSchedules; ++i) {
      schedules_[i].resize(1 + i % 4);
      for (std::uint8_t& byte : schedules_[i]) byte = static_cast<std::uint8_t>(random.Next());
    }
  }

  void Operation(std::uint8_t byte) {
    const unsigned which = byte >> 5;
    Event event;
    event.thread = ((byte >> 3) & 3u) % threads_;
    switch (byte & 7) {
      case 0:
      case 1:
        event.size = kSizes[which];
        return Make(event);
      case 2:
      case 3:
      case 4:
        return Free(event, which);
      case 5:
        event.kind = EventKind::kRealloc;
        event.size = std::max<std::uint64_t>(kSizes[which], 1);
        return Resize(event);
      case 6:
        event.kind = which < 6 ? EventKind::kThreadEnd : EventKind::kMarker;
        event.size = which < 6 ? 0 : which - 5;
        case_.events.push_back(event);
        return;
      default:
        // Several at once fill and empty magazines.
        for (unsigned i = 0; i < 3; ++i) {
          event.size = kSizes[which];
          Make(event);
        }
    }
  }

  void Make(Event event) {
    event.id = next_id_++;
    live_.push_back(event.id);
    case_.events.push_back(event);
  }

  // The last made, the one before, ...; or the first.
  std::uint64_t Take(std::size_t which) {
    const std::size_t place = which < 6 ? live_.size() - 1 - which % live_.size() : 0;
    const std::uint64_t id = live_[place];
    live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(place));
    return id;
  }

  void Free(Event event, std::size_t which) {
    event.kind = live_.empty() ? EventKind::kFreeNull : EventKind::kFree;
    if (!live_.empty()) event.ref = Take(which);
    case_.events.push_back(event);
  }

  void Resize(Event event) {
    if (!live_.empty()) event.ref = Take(0);
    Make(event);
  }

  ByteReader in_;  // the operations
  std::array<std::vector<std::uint8_t>, kSchedules> schedules_;
  unsigned threads_ = 0;
  std::vector<std::uint64_t> live_;
  std::uint64_t next_id_ = 0;
  ThreadedCase case_;
};

}  // namespace

DecodedCase DecodeThreadedCase(std::span<const std::uint8_t> input) {
  return CaseDecoder(input).Decode();
}

std::string CaseText(const ThreadedCase& program, const Schedule& schedule,
                     std::string_view allocator, std::string_view verdict) {
  std::string text =
      fmt::format("{}{}\n# arena: {}\n", kTextTitle, kTextVersion, program.arena_bytes);
  if (!allocator.empty()) text += fmt::format("# allocator: {}\n", allocator);
  text += fmt::format("# threaded_case_version: {}\n", kThreadedCaseVersion);
  if (!verdict.empty()) text += fmt::format("# verdict: {}\n", EscapeValue(verdict));
  text += fmt::format("# schedule: {}\n\n", ScheduleText(schedule));
  for (const Event& event : program.events) text += FormatEvent(event) + "\n";
  return text;
}

CaseFromText ReadCase(const std::string& name, std::string_view text) {
  const auto reader = OpenTraceBytes(name, text);
  CaseFromText result;
  result.allocator = FindMetadata(reader->metadata(), "allocator");
  const std::string arena = FindMetadata(reader->metadata(), "arena");
  const auto [end, error] =
      std::from_chars(arena.data(), arena.data() + arena.size(), result.program.arena_bytes);
  if (error != std::errc() || end != arena.data() + arena.size() ||
      result.program.arena_bytes > kMaxThreadedArenaBytes) {
    throw TraceError(
        fmt::format("{}: \"# arena: {}\" is no number up to {}; say how many bytes of "
                    "memory there are",
                    name, arena, kMaxThreadedArenaBytes));
  }
  const std::string schedule = FindMetadata(reader->metadata(), "schedule");
  const std::optional<Schedule> parsed = ParseSchedule(schedule);
  if (!parsed) {
    throw TraceError(fmt::format("{}: \"# schedule: {}\" is no list of numbers, apart by blanks",
                                 name, schedule));
  }
  result.schedule = *parsed;
  std::vector<Event> batch;
  while (reader->Next(batch)) {
    for (const Event& event : batch) {
      if (event.thread >= kMaxThreads) {
        throw TraceError(
            fmt::format("{}: thread {}; at most {} are run", name, event.thread, kMaxThreads));
      }
      result.program.events.push_back(event);
    }
  }
  return result;
}

}  // namespace alloclab
