// Recordings of other tools: known answers, and random events that come back through the importers
// as what each format can hold of them. The models know events, not formats.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "traces/event_kind.h"
#include "traces/export/export.h"
#include "traces/export/exported.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

Exported Export(const std::string& trace, const std::string& name) {
  return alloclab::Export(trace, *FindExportFormat(name));
}

const char kTrace[] =
    "alloclab trace text 1\n"
    "\n"
    "thread_start\n"
    "0 = malloc 24\n"
    "1 = calloc 4 16 @1\n"
    "2 = memalign 64 100\n"
    "failed malloc 99\n"
    "free 0\n"
    "3 = new 17\n"
    "4 = realloc 3 48\n"
    "failed realloc 4 9\n"
    "free null\n"
    "realloc 4 0\n"
    "thread_end @1\n"
    "free 2\n";

TEST(Recordings, AndroidHasItsKnownAnswer) {
  const Exported exported = Export(kTrace, "android");
  EXPECT_EQ(exported.bytes,
            "1: malloc 0x558100000010 24\n"
            "2: calloc 0x558100000030 4 16\n"
            "1: memalign 0x558100000080 64 100\n"
            "1: malloc 0x0 99\n"
            "1: free 0x558100000010\n"
            "1: malloc 0x558100000010 17\n"
            "1: realloc 0x5581000000f0 0x558100000010 48\n"
            "1: realloc 0x0 0x5581000000f0 9\n"
            "1: free 0x0\n"
            "1: realloc 0x0 0x5581000000f0 0\n"
            "2: thread_done 0x0\n"
            "1: free 0x558100000080\n");
  EXPECT_EQ(exported.losses,
            "1 calls became the nearest kind that the format has; 1 notices of threads, forks and "
            "markers were left out.");
}

TEST(Recordings, AndroidKeepsTimesInNanoseconds) {
  const Exported exported = Export(
      "alloclab trace text 1\n# clock_hz: 3000000000\n\n"
      "0 = malloc 24 t1\n"
      "1 = calloc 4 16 @1 t10\n"
      "2 = memalign 64 100 t3000\n"
      "3 = realloc 0 48\n"
      "free null t3001\n"
      "thread_end @1 t18446744073709551615\n"
      "free 2 t2998\n",
      "android");
  EXPECT_EQ(exported.bytes,
            "1: malloc 0x558100000010 24 1 1\n"
            "2: calloc 0x558100000030 4 16 3 3\n"
            "1: memalign 0x558100000080 64 100 1000 1000\n"
            "1: realloc 0x5581000000f0 0x558100000010 48\n"
            "1: free 0x0 1000 1000\n"
            "2: thread_done 0x0 6148914691236517205\n"
            "1: free 0x558100000080 999 999\n");
  EXPECT_EQ(exported.losses, "there is no place for the metadata.");
}

TEST(Recordings, TimesWithoutAPlaceAreCounted) {
  const std::string trace =
      "alloclab trace text 1\n# clock_hz: 1\n\n"
      "0 = malloc 24 t18446744073\n"
      "1 = malloc 24 t18446744074\n";
  const Exported android = Export(trace, "android");
  EXPECT_EQ(android.bytes,
            "1: malloc 0x558100000010 24 18446744073000000000 18446744073000000000\n"
            "1: malloc 0x558100000030 24\n");
  EXPECT_EQ(android.losses, "1 times were left out; there is no place for the metadata.");
  EXPECT_EQ(Export(trace, "mtrace").losses,
            "2 times were left out; there is no place for the metadata.");
}

TEST(Recordings, MtraceHasItsKnownAnswer) {
  const Exported exported = Export(kTrace, "mtrace");
  EXPECT_EQ(exported.bytes,
            "= Start\n"
            "+ 0x558100000010 0x18\n"
            "+ 0x558100000030 0x40\n"
            "+ 0x558100000080 0x64\n"
            "+ (nil) 0x63\n"
            "- 0x558100000010\n"
            "+ 0x558100000010 0x11\n"
            "< 0x558100000010\n"
            "> 0x5581000000f0 0x30\n"
            "! 0x5581000000f0 0x9\n"
            "- 0x5581000000f0\n"
            "- 0x558100000080\n"
            "= End\n");
  EXPECT_EQ(exported.losses,
            "1 calls of other threads became the first thread's; 4 calls became the nearest kind "
            "that the format has; 1 frees of NULL were left out; 2 notices of threads, forks and "
            "markers were left out.");
}

TEST(Recordings, WhatAFormatMakesSimplerIsCounted) {
  const std::string trace =
      "alloclab trace text 1\n\n"
      "0 = calloc 4 16\n"
      "1 = realloc null 8\n"
      "failed realloc null 9\n"
      "2 = realloc 1 16\n"
      "realloc 2 0\n";
  constexpr const char* kSentence = " calls became the nearest kind that the format has.";
  EXPECT_EQ(Export(trace, "android").losses, "");
  EXPECT_EQ(Export(trace, "dj").losses, std::string("1") + kSentence);
  EXPECT_EQ(Export(trace, "mtrace").losses, std::string("4") + kSentence);
  EXPECT_EQ(Export(trace, "heaptrack").losses,
            "4 calls became the nearest kind that the format has; 1 failed calls were left out.");
}

TEST(Recordings, TheLastThreadNumberIsReadBack) {
  const std::string text = "alloclab trace text 1\n\n0 = malloc 24 @4294967295\n";
  const std::string android = Export(text, "android").bytes;
  EXPECT_EQ(android, "0: malloc 0x558100000010 24\n");
  EXPECT_EQ(ReadAll(*OpenTraceBytes("again", android)).size(), 1u);
}

TEST(Recordings, HeaptrackHasItsKnownAnswer) {
  EXPECT_EQ(Export(kTrace, "heaptrack").bytes,
            "v 10400 3\nx 7 unknown\nX unknown\nI 1000 0\nt 1000 0\n"
            "+ 18 1 558100000010\n"
            "+ 40 1 558100000030\n"
            "+ 64 1 558100000080\n"
            "- 558100000010\n"
            "+ 11 1 558100000010\n"
            "- 558100000010\n"
            "+ 30 1 5581000000f0\n"
            "- 5581000000f0\n"
            "- 558100000080\n");
}

TEST(Recordings, DjRecordsHave64Bytes) {
  const std::string bytes =
      Export("alloclab trace text 1\n\n0 = malloc 24\nfailed posix_memalign 64 8\n", "dj").bytes;
  ASSERT_EQ(bytes.size(), 192u);
  EXPECT_EQ(bytes.substr(4, 1), "\xFF");
  EXPECT_EQ(bytes.substr(8, 2), "\x34\x12");
  EXPECT_EQ(bytes.substr(68, 1), "\x01");
  EXPECT_EQ(bytes.substr(80, 6), std::string("\x10\x00\x00\x00\x81\x55", 6));
  EXPECT_EQ(bytes.substr(88, 1), "\x18");
  EXPECT_EQ(bytes.substr(132, 1), "\x08");
  EXPECT_EQ(bytes.substr(136, 8), std::string("\x0C\0\0\0\0\0\0\0", 8));  // ENOMEM
  EXPECT_EQ(bytes.substr(144, 8), std::string(8, '\0'));
  EXPECT_EQ(bytes.substr(160, 1), "\x40");
}

// What is left of an event in a format. Empty: nothing.
using Model = std::vector<Event> (*)(const Event& event);

bool IsAligned(const Event& event) { return TraitsOf(event.kind).has_alignment; }
bool IsPageAligned(const Event& event) {
  return event.kind == EventKind::kValloc || event.kind == EventKind::kPvalloc;
}
bool Makes(const Event& event) { return TraitsOf(event.kind).role == EventRole::kMakes; }
bool Frees(const Event& event) { return TraitsOf(event.kind).role == EventRole::kFrees; }
bool Resizes(const Event& event) { return TraitsOf(event.kind).role == EventRole::kResizes; }
bool FailsLikeAFree(const Event& event) {
  return event.failed && Resizes(event) && RequestedBytes(event) == 0;
}

Event Simple(const Event& event, EventKind kind) {
  Event simple = event;
  simple.kind = kind;
  simple.size = RequestedBytes(event);
  simple.count = 1;
  return simple;
}

std::vector<Event> AndroidHolds(const Event& event) {
  if (event.kind == EventKind::kFreeNull || event.kind == EventKind::kThreadEnd) return {event};
  if (FailsLikeAFree(event)) return {};
  if (event.kind == EventKind::kCalloc) return {event};
  if (Makes(event) && IsAligned(event)) return {Simple(event, EventKind::kMemalign)};
  if (IsPageAligned(event)) {
    Event simple = Simple(event, EventKind::kMemalign);
    simple.alignment = 4096;
    return {simple};
  }
  if (Makes(event)) return {Simple(event, EventKind::kMalloc)};
  if (Frees(event)) return {Simple(event, EventKind::kFree)};
  if (Resizes(event)) return {Simple(event, EventKind::kRealloc)};
  return {};
}

std::vector<Event> DjHolds(const Event& event) {
  if (event.kind == EventKind::kThreadEnd) return {};
  if (event.kind == EventKind::kCalloc) return {Simple(event, EventKind::kCalloc)};
  if (IsPageAligned(event) || event.kind == EventKind::kPosixMemalign) return {event};
  return AndroidHolds(event);
}

std::vector<Event> MtraceHolds(const Event& given) {
  Event event = given;
  event.thread = 0;
  if (event.kind == EventKind::kFreeNull || FailsLikeAFree(event)) return {};
  if (Makes(event)) return {Simple(event, EventKind::kMalloc)};
  if (Frees(event)) return {Simple(event, EventKind::kFree)};
  if (!Resizes(event)) return {};
  if (event.ref == kNoAllocation) return {Simple(event, EventKind::kMalloc)};
  const bool frees = !event.failed && !MakesAllocation(event);
  return {Simple(event, frees ? EventKind::kFree : EventKind::kRealloc)};
}

std::vector<Event> HeaptrackHolds(const Event& given) {
  if (given.failed) return {};
  std::vector<Event> parts;
  if (EndsAllocation(given)) parts.push_back({.kind = EventKind::kFree, .ref = given.ref});
  if (MakesAllocation(given)) parts.push_back({.id = given.id, .size = RequestedBytes(given)});
  return parts;
}

// Importers number threads in the order of their first call.
void RenumberThreads(std::vector<Event>& events) {
  std::map<std::uint32_t, std::uint32_t> numbers;
  std::uint32_t next = 0;
  for (Event& event : events) {
    const auto [found, is_new] = numbers.try_emplace(event.thread, next);
    if (is_new) ++next;
    const std::uint32_t thread = event.thread;
    event.thread = found->second;
    if (event.kind == EventKind::kThreadEnd) numbers.erase(thread);
  }
}

void ExpectHeld(const std::string& format, Model model) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, 3000);
  std::vector<Event> expected;
  for (const Event& event : events) {
    for (Event part : model(event)) {
      part.site = 0;
      expected.push_back(Canonical(part));
    }
  }
  RenumberThreads(expected);
  const std::string bytes = Export(ArchiveBytes(events), format).bytes;
  const std::vector<Event> read = ReadAll(*OpenTraceBytes("again", bytes));
  ASSERT_EQ(read.size(), expected.size()) << "seed " << seed;
  for (std::size_t i = 0; i < read.size(); ++i) {
    ASSERT_TRUE(read[i] == expected[i]) << "seed " << seed << ", event " << i;
  }
}

TEST(Recordings, AndroidComesBack) { ExpectHeld("android", AndroidHolds); }
TEST(Recordings, DjComesBack) { ExpectHeld("dj", DjHolds); }
TEST(Recordings, MtraceComesBack) { ExpectHeld("mtrace", MtraceHolds); }
TEST(Recordings, HeaptrackComesBack) { ExpectHeld("heaptrack", HeaptrackHolds); }

TEST(Recordings, AndroidsTimesComeBackFromTheFirstOn) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::vector<Event> events = RandomEvents(seed, 3000);
  std::vector<std::uint64_t> expected;
  std::uint64_t now = random() % 1'000'000'000'000'000;
  std::uint64_t first = 0;
  for (Event& event : events) {
    now += random() % 1000;
    event.time = random() % 5 == 0 ? 0 : now;
    if (AndroidHolds(event).empty()) continue;
    if (first == 0) first = event.time;
    expected.push_back(event.time == 0 ? 0 : event.time - first + 1);
  }
  const std::string text = TextBytes(events, {{"clock_hz", "1000000000"}});
  const std::string bytes = Export(text, "android").bytes;
  const auto reader = OpenTraceBytes("again", bytes);
  EXPECT_EQ(FindMetadata(reader->metadata(), "clock_hz"), "1000000000");
  std::vector<std::uint64_t> times;
  for (const Event& event : ReadAll(*reader)) times.push_back(event.time);
  EXPECT_EQ(times, expected) << "seed " << seed;
}

// A recorded program's addresses come again; so do made-up ones, and two live blocks never share
// one: the importer would count that.
TEST(Recordings, AddressesAreReusedAndNeverShared) {
  const std::vector<Event> events = RecordingLikeEvents(3, 20000);
  const std::string android = Export(ArchiveBytes(events), "android").bytes;
  const auto reader = OpenTraceBytes("again", android);
  ReadAll(*reader);
  EXPECT_EQ(FindMetadata(reader->metadata(), "tainted"), "");
  const std::string text = Export(ArchiveBytes(events), "mtrace").bytes;
  std::map<std::string, int> made;
  for (std::size_t at = text.find("\n+ "); at != std::string::npos;
       at = text.find("\n+ ", at + 1)) {
    ++made[text.substr(at + 3, text.find(' ', at + 3) - at - 3)];
  }
  EXPECT_LT(made.size(), 5000u);
  EXPECT_GT(made.size(), 10u);
}

}  // namespace
}  // namespace alloclab
