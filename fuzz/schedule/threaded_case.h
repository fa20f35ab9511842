// A case: a small program of several threads, as events of a trace, over an arena; and a schedule.
//
// As trace text the schedule stands in the metadata, and each event says its thread:
//
//     alloclab trace text 1
//     # arena: 1024
//     # allocator: cached
//     # schedule: 0 0 1
//
//     0 = malloc 24
//     free 0 @1
//
// Each thread does its events in their order; one that frees or resizes what another makes waits
// for it (threaded_run.h). The text is a valid order of all, so a program never waits for itself.
//
// Any bytes are a program and kSchedules schedules for it, and mean the same in every build:
//
//   byte 0   threads by the low two bits (2, 2, 3, 4), the arena by the next three (512 bytes to
//            16 KiB)
//   byte 1   how many bytes at the end are the schedule (FuzzedSchedule): the low four bits, at
//   most
//            half of what follows
//   then     a byte for each operation, up to kMaxOperations: what by the low three bits, by which
//            thread by the next two, the size or the block by the rest
//
// The first schedule is the one in the bytes; the others are drawn, with all the bytes as the seed.
// What a fuzzer is told by coverage is about programs: it hardly sees that a schedule came near
// something, so it need not find each by itself.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_THREADED_CASE_H_
#define ALLOCLAB_FUZZ_SCHEDULE_THREADED_CASE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/schedule/strategies.h"
#include "traces/event.h"

namespace alloclab {

// Counted up whenever the same bytes come to mean something else.
inline constexpr int kThreadedCaseVersion = 1;
inline constexpr std::size_t kMaxOperations = 24;
inline constexpr std::size_t kMaxThreads = 8;
inline constexpr std::size_t kMaxThreadedArenaBytes = std::size_t{64} << 10;

struct ThreadedCase {
  std::size_t arena_bytes = 0;
  std::vector<Event> events;
};

inline constexpr std::size_t kSchedules = 16;
struct DecodedCase {
  ThreadedCase program;
  // For FuzzedSchedule.
  std::array<std::vector<std::uint8_t>, kSchedules> schedules;
};
DecodedCase DecodeThreadedCase(std::span<const std::uint8_t> input);

// `allocator` and `verdict` are kept in the metadata when not empty.
std::string CaseText(const ThreadedCase& program, const Schedule& schedule,
                     std::string_view allocator, std::string_view verdict);

struct CaseFromText {
  ThreadedCase program;
  Schedule schedule;
  std::string allocator;  // empty where the text does not say
};
// Throws TraceError for a text that is no such case; `name` is what it is called.
CaseFromText ReadCase(const std::string& name, std::string_view text);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_THREADED_CASE_H_
