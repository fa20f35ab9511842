#include "fuzz/schedule/threaded_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "fuzz/byte_reader.h"
#include "traces/open_trace.h"
#include "traces/text_format.h"
#include "traces/text_writer.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::array<std::size_t, 8> kArenaBytes = {256, 512, 1024, 1024, 2048, 4096, 8192, 16384};
constexpr std::array<unsigned, 4> kThreadCounts = {2, 2, 3, 4};
// Mostly one or two sizes that caches keep: threads meet where they want the same.
constexpr std::array<std::uint64_t, 16> kSizes = {16, 16, 16, 16,  24,  24,  40,  64,
                                                  0,  8,  96, 256, 257, 400, 700, 3000};

class CaseDecoder {
 public:
  explicit CaseDecoder(std::span<const std::uint8_t> input) : input_(input), in_(input) {}

  DecodedCase Decode() {
    const std::uint8_t shape = in_.Byte();
    threads_ = kThreadCounts[shape & 3];
    case_.arena_bytes = kArenaBytes[(shape >> 2) & 7];
    const std::size_t operations = 1 + in_.Byte() % kMaxOperations;
    for (std::size_t i = 0; i < operations && !in_.empty(); ++i) Operation();
    const std::size_t used = std::min(2 + 2 * operations, input_.size());
    return {std::move(case_), input_.subspan(used)};
  }

 private:
  void Operation() {
    const std::uint8_t what = in_.Byte();
    const std::uint8_t how = in_.Byte();
    Event event;
    event.thread = ((what >> 4) & 3u) % threads_;
    switch (what & 15) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        event.size = kSizes[how & 15];
        return Make(event);
      case 5:
        event.kind = EventKind::kCalloc;
        event.size = kSizes[how & 15];
        return Make(event);
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
        return Free(event, how);
      case 11:
        event.kind = EventKind::kRealloc;
        event.size = std::max<std::uint64_t>(kSizes[how & 15], 1);
        return Resize(event, how >> 4);
      case 12:
      case 13:
        event.kind = EventKind::kThreadEnd;
        case_.events.push_back(event);
        return;
      case 14:
        event.kind = EventKind::kMarker;
        event.size = 1 + how % 3u;
        case_.events.push_back(event);
        return;
      default:
        // A burst fills and empties magazines.
        for (int i = 0; i < 3; ++i) {
          event.size = kSizes[how & 7];
          Make(event);
        }
    }
  }

  void Make(Event event) {
    event.id = next_id_++;
    live_.push_back(event.id);
    case_.events.push_back(event);
  }

  std::uint64_t Take(std::size_t which) {
    const std::size_t place = live_.size() - 1 - which % live_.size();
    const std::uint64_t id = live_[place];
    live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(place));
    return id;
  }

  void Free(Event event, std::size_t which) {
    event.kind = live_.empty() ? EventKind::kFreeNull : EventKind::kFree;
    if (!live_.empty()) event.ref = Take(which);
    case_.events.push_back(event);
  }

  void Resize(Event event, std::size_t which) {
    if (!live_.empty()) event.ref = Take(which);
    Make(event);
  }

  const std::span<const std::uint8_t> input_;
  ByteReader in_;
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
