// The importers: known answers for seeds written by hand, made-up programs encoded in each format
// and read back, the sentence for every mistake, and seeds changed at random.

#include "traces/import/import.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "traces/event_kind.h"
#include "traces/import/import_fuzz.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

std::string Seed(const std::string& name) { return FileBytes("fuzz/import/" + name); }

// The events as lines of the text form, without its title.
std::string Lines(const std::vector<Event>& events) {
  const std::string text = TextBytes(events, {{"clock_hz", "1"}});
  return text.substr(text.find("\n\n") + 2);
}

struct Answer {
  const char* seed;
  const char* lines;
  const char* tainted;
  const char* warning;
};

const Answer kAnswers[] = {
    {"android/every_call",
     "0 = malloc 1024\n1 = calloc 17 8\n2 = memalign 16 104 @1\n3 = realloc 0 2048 @1\n"
     "4 = realloc null 12\nrealloc 4 0\nfree null\nfailed malloc 99999999999\nfree 2 @1\n"
     "thread_end @1\nfree 3\n",
     "", ""},
    {"android/times", "0 = malloc 24 t11\n1 = realloc 0 48 t91\nfree 1 t1002\nthread_end t2001\n",
     "", ""},
    {"android/times_of_some_lines",
     "0 = malloc 8\n1 = malloc 8 t6\nfree 0 @1 t1\n2 = malloc 16 @1 t1\nfree null\n"
     "failed malloc 99 t21\nfree 1 t18446744073709550616\n"
     "3 = realloc 2 1 @1 t31\nthread_end @1 t41\n4 = malloc 1\n",
     "1 frees of blocks whose allocation was not seen were left out; 1 allocations at the address "
     "of a live block, which was freed first.",
     ""},
    {"android/times_from_nothing", "thread_end t1\n0 = malloc 8 @1 t18446744073709551615\n", "",
     ""},
    {"android/what_does_not_fit",
     "0 = realloc null 8\nfree 0 @1\n1 = malloc 16 @1\nfailed realloc null 5\nthread_end\n"
     "2 = malloc 0 @2\n",
     "2 frees of blocks whose allocation was not seen were left out; 2 reallocs of blocks whose "
     "allocation was not seen became reallocs of NULL; 1 allocations at the address of a live "
     "block, which was freed first.",
     ""},
    {"android/realloc_to_nothing_that_gave_a_block", "0 = malloc 8\n1 = realloc 0 1\nfree 1\n", "",
     ""},
    {"android/cut", "0 = malloc 24\n", "",
     "android/cut:3: the last line does not end in a line feed, so it was cut and is left out; "
     "what followed it is not known"},
    {"rep/classic",
     "0 = malloc 512\n1 = malloc 128\n2 = realloc 0 640\n3 = malloc 128\nfree 1\n"
     "4 = realloc 2 768\nfree 4\nfree 3\n",
     "", ""},
    {"rep/flags",
     "0 = malloc 24\n1 = realloc null 48\nfree null\nrealloc 0 0\nfree 1\n2 = malloc 8\n", "", ""},
    {"rep/peak", "0 = realloc null 0\nfree 0\n1 = malloc 5\nfree 1\n",
     "1 allocations at the address of a live block, which was freed first.", ""},
    {"rep/cut_and_double_free", "0 = malloc 8\n",
     "1 frees of blocks whose allocation was not seen were left out.",
     "rep/cut_and_double_free: ends after 2 of the 9 requests that its header promises, so it was "
     "cut"},
    {"heaptrack/small", "0 = malloc 24\n1 = malloc 72704\nfree 0\nfree 1\n2 = malloc 8\n",
     "1 frees of blocks whose allocation was not seen were left out; 1 allocations at the address "
     "of a live block, which was freed first.",
     ""},
    {"heaptrack/arguments_of_several_lines", "0 = malloc 8\n", "", ""},
    {"mtrace/small",
     "0 = malloc 10\n1 = malloc 15\n2 = realloc 0 1000\nfree 2\nfailed malloc 9223372036854775807\n"
     "failed realloc 1 9223372036854775807\n3 = malloc 0\n"
     "failed realloc null 9223372036854775807\n",
     "1 frees of blocks whose allocation was not seen were left out.", ""},
    {"mtrace/half_a_realloc", "", "",
     "mtrace/half_a_realloc: ends inside a realloc, so it was cut; its old block stays as it was"},
    {"dj/every_call",
     "0 = malloc 24\n1 = calloc 1 64\n2 = memalign 64 100 @1\n3 = posix_memalign 128 100 @1\n"
     "failed posix_memalign 3 100 @1\n4 = realloc 0 48\nrealloc 4 0\n5 = realloc null 9\n"
     "failed realloc 5 4611686018427387904\n6 = valloc 10\n7 = pvalloc 10\nfree null\nfree 1 @1\n"
     "free 2 @1\n8 = malloc 1 @1\n",
     "1 frees of blocks whose allocation was not seen were left out; 1 allocations at the address "
     "of a live block, which was freed first.",
     ""},
    {"dj/cut", "0 = malloc 24\n1 = calloc 1 64\n", "",
     "dj/cut: the last record has 17 of 64 bytes, so it was cut and is left out"},
};

TEST(Import, SeedsHaveTheirKnownAnswers) {
  for (const Answer& answer : kAnswers) {
    SCOPED_TRACE(answer.seed);
    const std::string bytes = Seed(answer.seed);
    const auto reader = OpenTraceBytes(answer.seed, bytes);
    EXPECT_EQ(Lines(ReadAll(*reader)), answer.lines);
    EXPECT_EQ(FindMetadata(reader->metadata(), "tainted"), answer.tainted);
    const std::string folder = answer.seed;
    EXPECT_EQ(FindMetadata(reader->metadata(), "imported"), folder.substr(0, folder.find('/')));
    const std::vector<std::string> warnings = *answer.warning == '\0'
                                                  ? std::vector<std::string>{}
                                                  : std::vector{std::string(answer.warning)};
    EXPECT_EQ(reader->warnings(), warnings);
  }
}

std::string Fact(const std::string& seed, const std::string& key) {
  return FindMetadata(OpenTraceBytes(seed, Seed(seed))->metadata(), key);
}

TEST(Import, FactsAreKept) {
  EXPECT_EQ(Fact("rep/classic", "rep_header"), "20000 3 8 1");
  EXPECT_EQ(Fact("rep/classic", "recorder"), "CMU malloc lab, classic .rep");
  EXPECT_EQ(Fact("rep/flags", "recorder"), "CMU malloc lab, flags .rep");
  EXPECT_EQ(Fact("rep/peak", "recorder"), "CMU malloc lab, peak .rep");
  EXPECT_EQ(Fact("heaptrack/small", "program"), "/usr/bin/my program");
  EXPECT_EQ(Fact("heaptrack/small", "arguments"), "./my program --flag");
  EXPECT_EQ(Fact("heaptrack/arguments_of_several_lines", "arguments"),
            "python3 -c import os\na = 1\n- x\n");
  EXPECT_EQ(Fact("heaptrack/small", "recorder"), "heaptrack 1.4.0");
  EXPECT_EQ(Fact("android/every_call", "recorder"), "Android malloc debug");
  EXPECT_EQ(Fact("android/every_call", "clock_hz"), "");
  EXPECT_EQ(Fact("android/times", "clock_hz"), "1000000000");
  EXPECT_EQ(Fact("android/times_of_some_lines", "clock_hz"), "1000000000");
}

TEST(Import, BeginningsExcludeEachOther) {
  for (const Answer& answer : kAnswers) {
    const std::string begin = Seed(answer.seed).substr(0, kImportMagicBytes);
    std::vector<std::string_view> recognizing;
    for (const ImportFormat* format : ImportFormats()) {
      if (format->begins(begin)) recognizing.push_back(format->name);
      // A format that is named is not taken for another: it is read, or refused at once.
      CheckImport(std::string(format->name), begin);
    }
    const std::string seed = answer.seed;
    EXPECT_EQ(recognizing, std::vector{std::string_view(seed).substr(0, seed.find('/'))}) << seed;
  }
  for (const ImportFormat* format : ImportFormats()) {
    for (const std::string& other :
         {std::string(), std::string("1 2 3 4 word"), std::string("v \n"),
          std::string("12: talk 0x1"), std::string("12: free lunch"), std::string(64, '\0')}) {
      EXPECT_FALSE(format->begins(other)) << format->name << ": " << other;
    }
  }
}

// ---- Made-up programs, encoded as another tool would have recorded them.

struct Call {
  Event event;           // as the importer should give it
  std::uint64_t before;  // address of event.ref, 0 without
  std::uint64_t after;   // address of event.id, 0 without
};

// What a tool sees of a program.
struct Tool {
  std::set<EventKind> kinds;
  std::uint32_t threads = 1;
  bool failures = true;
  bool counts = false;  // whether it keeps those of calloc
  bool times = false;
};

// Calls that the tool sees whole. Addresses are those of an allocator that hands out again what was
// freed last.
std::vector<Call> MadeUpCalls(std::uint64_t seed, const Tool& tool) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> free_addresses;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> live;  // number, address
  std::uint64_t next_id = 0;
  std::uint64_t next_address = 0x7F0000001000;
  std::vector<Call> calls;
  // Threads have their numbers in the order in which they first come.
  std::uint32_t seen = 0;
  while (calls.size() < 3000) {
    Event event;
    event.kind = static_cast<EventKind>(random() % kEventKinds);
    const EventRole role = TraitsOf(event.kind).role;
    if (!tool.kinds.contains(event.kind) || (role == EventRole::kFrees && live.empty())) continue;
    event.thread = std::min(static_cast<std::uint32_t>(random() % tool.threads), seen);
    seen = std::max(seen, event.thread + 1);
    event.size = 1 + (random() >> (20 + random() % 44));
    event.alignment = std::uint64_t{1} << random() % 12;
    event.count = tool.counts && event.kind == EventKind::kCalloc ? 1 + random() % 100 : 1;
    // Every fifth call has none.
    event.time = tool.times && calls.size() % 5 != 4 ? 1 + 7 * calls.size() : 0;
    Call call = {Canonical(event), 0, 0};
    std::size_t index = 0;
    if (role == EventRole::kFrees || (role == EventRole::kResizes && !live.empty())) {
      index = random() % live.size();
      call.event.ref = live[index].first;
      call.before = live[index].second;
    }
    // Every sixteenth call of a kind that may do so fails.
    call.event.failed = tool.failures && CanFail(event.kind) && random() % 16 == 0;
    if (EndsAllocation(call.event)) {
      free_addresses.push_back(call.before);
      live[index] = live.back();
      live.pop_back();
    }
    if (MakesAllocation(call.event)) {
      if (free_addresses.empty()) free_addresses.push_back(next_address += 0x40);
      call.after = free_addresses.back();
      free_addresses.pop_back();
      call.event.id = next_id++;
      live.emplace_back(call.event.id, call.after);
    }
    calls.push_back(call);
  }
  return calls;
}

std::string AndroidLine(const Call& call) {
  // The first call begins and ends in the nanosecond that has the time 1.
  constexpr std::uint64_t kBegin = 7'000'000'000;
  const Event& event = call.event;
  const auto [before, after] = std::pair(call.before, call.after);
  const std::uint64_t size = event.size;
  const unsigned tid = 4000 - event.thread;
  const std::uint64_t end = kBegin + event.time - 1;
  const std::string times = event.time == 0 ? "" : fmt::format(" {} {}", kBegin, end);
  switch (event.kind) {
    case EventKind::kMalloc:
      return fmt::format("{}: malloc {:#x} {}{}\n", tid, after, size, times);
    case EventKind::kCalloc:
      return fmt::format("{}: calloc {:#x} {} {}{}\n", tid, after, event.count, size, times);
    case EventKind::kMemalign:
      return fmt::format("{}: memalign {:#x} {} {}{}\n", tid, after, event.alignment, size, times);
    case EventKind::kRealloc:
      return fmt::format("{}: realloc {:#x} {:#x} {}{}\n", tid, after, before, size, times);
    default:
      return fmt::format("{}: free {:#x}{}\n", tid, before, times);
  }
}

std::string HeaptrackLine(const Call& call) {
  if (call.event.kind == EventKind::kFree) return fmt::format("- {:x}\n", call.before);
  return fmt::format("t 1 0\n+ {:x} 1 {:x}\n", call.event.size, call.after);
}

std::string MtraceLine(const Call& call) {
  const auto [before, after] = std::pair(call.before, call.after);
  const std::uint64_t size = call.event.size;
  if (call.event.kind == EventKind::kFree) return fmt::format("@ a:[0x1] - {:#x}\n", before);
  if (call.event.kind == EventKind::kMalloc && after == 0)
    return fmt::format("+ (nil) {:#x}\n", size);
  if (call.event.kind == EventKind::kMalloc) return fmt::format("+ {:#x} {:#x}\n", after, size);
  if (after == 0) return fmt::format("@ a b:[0x1] ! {:#x} {:#x}\n", before, size);
  return fmt::format("@ [0x1] < {:#x}\n@ [0x1] > {:#x} {:#x}\n", before, after, size);
}

std::string DjRecord(const Call& call) {
  static const std::map<EventKind, unsigned char> kCalls = {
      {EventKind::kMalloc, 1},  {EventKind::kCalloc, 2},        {EventKind::kFree, 3},
      {EventKind::kRealloc, 4}, {EventKind::kMemalign, 5},      {EventKind::kValloc, 6},
      {EventKind::kPvalloc, 7}, {EventKind::kPosixMemalign, 8}, {EventKind::kFreeNull, 3}};
  std::string record(64, '\x5A');
  const std::uint32_t thread = call.event.thread + 0x80000000u;
  const bool error = call.event.kind == EventKind::kPosixMemalign && call.event.failed;
  const std::uint64_t words[] = {error ? 12 : call.before, call.after, call.event.size,
                                 call.event.alignment};
  std::memcpy(record.data(), &thread, 4);
  record[4] = static_cast<char>(kCalls.at(call.event.kind));
  std::memcpy(record.data() + 8, words, sizeof words);
  return record;
}

std::vector<Event> EventsOf(const std::vector<Call>& calls) {
  std::vector<Event> events;
  for (const Call& call : calls) events.push_back(call.event);
  return events;
}

template <class Encode>
void ExpectReadBack(const std::string& begin, const std::vector<Call>& calls, Encode encode) {
  std::string bytes = begin;
  for (const Call& call : calls) bytes += encode(call);
  const auto reader = OpenTraceBytes("made up", bytes);
  const std::vector<Event> read = ReadAll(*reader);
  const std::vector<Event> expected = EventsOf(calls);
  ASSERT_EQ(read.size(), expected.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    ASSERT_TRUE(read[i] == expected[i])
        << begin.substr(0, 1) << ", event " << i << ": " << FormatEvent(read[i]) << " and not "
        << FormatEvent(expected[i]);
  }
  EXPECT_EQ(FindMetadata(reader->metadata(), "tainted"), "");
  EXPECT_TRUE(reader->warnings().empty());
}

TEST(Import, MadeUpProgramsAreReadBack) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  using enum EventKind;
  ExpectReadBack(
      "",
      MadeUpCalls(seed, {.kinds = {kMalloc, kCalloc, kMemalign, kRealloc, kFree, kFreeNull},
                         .threads = 5,
                         .counts = true,
                         .times = true}),
      AndroidLine);
  ExpectReadBack("v 10400 3\n", MadeUpCalls(seed, {.kinds = {kMalloc, kFree}, .failures = false}),
                 HeaptrackLine);
  ExpectReadBack("= Start\n", MadeUpCalls(seed, {.kinds = {kMalloc, kFree, kRealloc}}), MtraceLine);
  std::string first(64, '\0');
  const std::uint64_t magic[] = {0x1234, 0, 8};
  first[4] = '\xFF';
  std::memcpy(first.data() + 8, magic, sizeof magic);
  ExpectReadBack(first,
                 MadeUpCalls(seed, {.kinds = {kMalloc, kCalloc, kFree, kRealloc, kMemalign, kValloc,
                                              kPvalloc, kPosixMemalign, kFreeNull},
                                    .threads = 5}),
                 DjRecord);
}

// ---- What does not fit, and what is refused.

TEST(Import, EveryCallThatDoesNotFitIsCounted) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  std::string text;
  const auto pointer = [&] { return 0x1000 + 0x10 * (random() % 6); };
  for (int i = 0; i < 4000; ++i) {
    const std::uint64_t kind = random() % 3;
    if (kind == 0) text += fmt::format("1: malloc {:#x} 8\n", pointer());
    if (kind == 1) text += fmt::format("1: free {:#x}\n", pointer());
    if (kind == 2) text += fmt::format("1: realloc {:#x} {:#x} 8\n", pointer(), pointer());
  }
  EXPECT_TRUE(CheckImport("android", text)) << "seed " << seed;
  // The same calls by a model that knows addresses only.
  std::set<std::string> live;
  int unknown_frees = 0, unknown_resizes = 0, overtaken = 0;
  std::istringstream words(text);
  std::string thread, name, first, second, size;
  const auto put = [&](const std::string& address) {
    overtaken += live.insert(address).second ? 0 : 1;
  };
  while (words >> thread >> name >> first) {
    if (name == "free") {
      unknown_frees += live.erase(first) == 0 ? 1 : 0;
      continue;
    }
    if (name == "realloc") {
      words >> second;
      unknown_resizes += live.erase(second) == 0 ? 1 : 0;
    }
    words >> size;
    put(first);
  }
  const auto reader = OpenTraceBytes("mess", text);
  EXPECT_EQ(
      FindMetadata(reader->metadata(), "tainted"),
      fmt::format("{} frees of blocks whose allocation was not seen were left out; {} reallocs of "
                  "blocks whose ",
                  unknown_frees, unknown_resizes) +
          fmt::format("allocation was not seen became reallocs of NULL; {} allocations at the "
                      "address of a live block, which was freed first.",
                      overtaken))
      << "seed " << seed;
  EXPECT_EQ(ReadAll(*reader).size(), static_cast<std::size_t>(4000 - unknown_frees + overtaken));
}

struct Mistake {
  const char* format;
  std::string bytes;
  const char* sentence;
};

const Mistake kMistakes[] = {
    {"android", "1: malloc 0x1 8\n1: mallok 0x1 8\n",
     "case:2: expected one of malloc, calloc, realloc, free, memalign, thread_done, found "
     "\"mallok\"; correct or remove the line"},
    {"android", "1 malloc 0x1 8\n",
     "case:1: expected a thread's number and a colon, found \"1\"; correct or remove the line"},
    {"android", "4294967296: free 0x1\n",
     "case:1: expected a thread, a number up to 4294967295, found \"4294967296\"; correct or "
     "remove "
     "the line"},
    {"android", "1: malloc 12 8\n",
     "case:1: expected a pointer, a hexadecimal number of up to 64 bits, found \"12\"; correct or "
     "remove the line"},
    {"android", "1: malloc 0x11112222333344445 8\n",
     "case:1: expected a pointer, a hexadecimal number of up to 64 bits, found "
     "\"0x11112222333344445\"; correct or remove the line"},
    {"android", "1: malloc 0x1\n",
     "case:1: expected a size, a number up to 18446744073709551615, found the end of the line; "
     "correct or remove the line"},
    {"android", "1: calloc 0x1 x 1\n",
     "case:1: expected a count, a number up to 18446744073709551615, found \"x\"; correct or "
     "remove "
     "the line"},
    {"android", "1: memalign 0x1 -16 1\n",
     "case:1: expected an alignment, a number up to 18446744073709551615, found \"-16\"; correct "
     "or "
     "remove the line"},
    {"android", "1: realloc 0x1 8\n",
     "case:1: expected the old pointer, a hexadecimal number of up to 64 bits, found \"8\"; "
     "correct "
     "or remove the line"},
    {"android", "1: free 0x1 5\n",
     "case:1: expected the time of the end, a number up to 18446744073709551615, found the end of "
     "the line; correct or remove the line"},
    {"android", "1: free 0x1 5 6 7\n",
     "case:1: expected the end of the line, found \"7\"; correct or remove the line"},
    {"android", std::string(70000, '1'),
     "case:1: the line is longer than 65536 bytes; no call is, split or remove it"},
    {"rep", "1\n2\n",
     "case:3: the file ends after 2 of the 4 numbers of its header; add the others"},
    {"rep", "1\n2\nx\n",
     "case:3: expected a number of the header, a number up to 18446744073709551615, found \"x\"; "
     "correct or remove the line"},
    {"rep", "1 2 3 4 5\n",
     "case:1: expected the end of the line, found \"5\"; correct or remove the line"},
    {"rep", "1\n2\n3\n4\na 2 8\n",
     "case:5: id 2 is not below 2, the number of ids in the header; correct one of them"},
    {"rep", "1\n2\n1\n4\na 0 8\nf 0\n",
     "case:6: this is one request more than the 1 that the header promises; correct the third "
     "number or remove the line"},
    {"rep", "1\n2\n1\n4\nc 0 8\n",
     "case:5: expected one of a, r, f, found \"c\"; correct or remove the line"},
    {"rep", "1\n2\n1\n4\na -1 8\n",
     "case:5: expected an id, a number up to 18446744073709551614, found \"-1\"; correct or remove "
     "the line"},
    {"heaptrack", "+ 8 1 10\n",
     "case:1: expected \"v\" and the versions as the first line; record with heaptrack --raw"},
    {"heaptrack", "v 10400 2\n",
     "case:1: version 2 of the format, and only 3 is known; record again with a heaptrack "
     "that writes it (1.4 does), --raw"},
    {"heaptrack", "v 10400 3\n+ 8 1\n",
     "case:2: expected a pointer, a hexadecimal number of up to 64 bits, found the end of the "
     "line; "
     "correct or remove the line"},
    {"heaptrack", "v 10400 3\na 8 1\n",
     "case:2: this is heaptrack's interpreted form, which no longer says which block is freed; "
     "record with heaptrack --raw"},
    {"heaptrack", "v 10400 3\nq 8\n",
     "case:2: expected one of +, -, t, m, c, R, I, S, A, x, X, found \"q\"; correct or remove the "
     "line"},
    {"heaptrack", "v 10400 3\nX a\n+ 8 1 10\n",
     "case:4: the line about the machine (I) that ends the command line (X) is missing; record "
     "again"},
    {"heaptrack", "v 10400 3\nX a\n" + std::string(4096, 'b') + "\n",
     "case:3: the line about the machine (I) that ends the command line (X) is missing; record "
     "again"},
    {"mtrace", "= Stark\n", "case:1: expected \"= Start\" as the first line; trace again"},
    {"mtrace", "= Start\n* 0x1\n",
     "case:2: expected one of +, -, <, >, !, found \"*\"; correct or remove the line"},
    {"mtrace", "= Start\n@ a - 0x1\n",
     "case:2: expected a place that ends in \"]\", found \"@ a - 0x1\"; correct or remove the "
     "line"},
    {"mtrace", "= Start\n< 0x1\n- 0x1\n",
     "case:3: expected \">\", the other half of the realloc before, found \"-\"; correct or remove "
     "the line"},
    {"mtrace", "= Start\n> 0x1 0x2\n",
     "case:2: expected \"<\", the first half of a realloc, on the line before, found \">\"; "
     "correct "
     "or remove the line"},
    {"dj", std::string(64, '\0'),
     "case: does not begin with the record that such files begin with; trace again"},
    {"", "1: fork 0x1\n",
     "case: is no trace: it begins neither like an archive nor with \"alloclab trace text 1\", nor "
     "like another tool's recording (android, rep, heaptrack, mtrace, dj); if it is one of these, "
     "say which (convert --from)"},
    {"perf", "x",
     "there is no format \"perf\" to import; there are: android, rep, heaptrack, mtrace, "
     "dj"},
};

std::string ErrorOf(const std::string& bytes, const std::string& format) {
  try {
    OpenTraceBytes("case", bytes, format);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

TEST(Import, MistakesNameLineFindingAndMend) {
  for (const Mistake& mistake : kMistakes) {
    EXPECT_EQ(ErrorOf(mistake.bytes, mistake.format), mistake.sentence);
  }
  EXPECT_EQ(ErrorOf(Seed("dj/pointers_of_four_bytes"), ""),
            "case: was made by a program with pointers of 4 bytes, and only those of 8 are known; "
            "trace a 64-bit program");
  std::string unknown = Seed("dj/every_call");
  unknown[64 + 4] = 9;
  EXPECT_EQ(ErrorOf(unknown, ""),
            "case: the record at byte 64 is of kind 9, which does not exist; trace again");
}

TEST(Import, SeedsChangedAtRandomAreReadOrRefused) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  int read = 0, refused = 0;
  for (const Answer& answer : kAnswers) {
    const std::string whole = Seed(answer.seed);
    const std::string name = answer.seed;
    const std::string format = name.substr(0, name.find('/'));
    for (int round = 0; round < 300; ++round) {
      std::string bytes = whole;
      for (std::uint64_t change = random() % 3; change < 3; ++change) {
        // A byte from elsewhere in the file makes sense more often than any byte.
        bytes[random() % bytes.size()] =
            random() % 4 == 0 ? static_cast<char>(random()) : whole[random() % whole.size()];
      }
      ++(CheckImport(format, bytes) ? read : refused);
    }
  }
  EXPECT_GT(read, 100) << "seed " << seed;
  EXPECT_GT(refused, 100) << "seed " << seed;
}

// ---- Files.

TEST(Import, PipesAreReadTwiceToo) {
  const std::string path = TemporaryPath("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::string text;
  const std::vector<Call> calls =
      MadeUpCalls(1, {.kinds = {EventKind::kMalloc, EventKind::kFree}, .threads = 3});
  for (const Call& call : calls) text += AndroidLine(call);
  std::thread writer([&] { std::ofstream(path) << text; });
  const auto reader = OpenTrace(path);
  writer.join();
  EXPECT_TRUE(ReadAll(*reader) == EventsOf(calls));
}

TEST(Import, AFileThatChangesIsRefused) {
  const std::string path = TemporaryPath("changing");
  const std::string whole = "1: malloc 0x10 8\n1: malloc 0x20 8\n";
  for (const std::string& changed : {whole + "1: free 0x10\n", whole.substr(0, 17)}) {
    std::ofstream(path) << whole;
    const auto reader = OpenTrace(path);
    std::ofstream(path) << changed;
    try {
      ReadAll(*reader);
      ADD_FAILURE() << "read: " << changed;
    } catch (const TraceError& error) {
      EXPECT_EQ(error.what(),
                path + ": changed while it was read; read it again when it is finished");
    }
  }
}

struct Counts {
  std::uint64_t events = 0;
  std::set<std::uint32_t> threads;
  std::map<EventKind, std::uint64_t> kinds;
  std::string tainted;
};

Counts Count(TraceReader& reader) {
  Counts counts;
  counts.tainted = FindMetadata(reader.metadata(), "tainted");
  for (const Event& event : ReadAll(reader)) {
    ++counts.events;
    counts.threads.insert(event.thread);
    ++counts.kinds[event.kind];
  }
  return counts;
}

// A recording of an app that AOSP has among its traces (system/extras/memory_replay/traces), and
// this source tree has not: bazel test --test_env=ALLOCLAB_ANDROID_ZIP=/path/systemui.zip. A small
// one that is counted by hand stands in for it.
TEST(Import, RecordingsHaveTheirCounts) {
  const Counts small = Count(*OpenTraceBytes("small", Seed("android/every_call")));
  EXPECT_EQ(small.events, 11u);
  EXPECT_EQ(small.threads.size(), 2u);
  EXPECT_EQ(small.kinds.at(EventKind::kRealloc), 3u);
  const char* path = std::getenv("ALLOCLAB_ANDROID_ZIP");
  if (path == nullptr || *path == '\0') {
    std::cout
        << "NOT compared with the golden counts of systemui.zip: ALLOCLAB_ANDROID_ZIP does not "
           "name it\n";
    return;
  }
  const Counts counts = Count(*OpenTrace(path));
  EXPECT_EQ(counts.events, 786454u);
  EXPECT_EQ(counts.threads.size(), 393u);
  // These by cut and uniq -c on the unpacked text.
  EXPECT_EQ(counts.kinds.at(EventKind::kMalloc), 383154u);
  EXPECT_EQ(counts.kinds.at(EventKind::kCalloc), 7847u);
  EXPECT_EQ(counts.kinds.at(EventKind::kRealloc), 29167u);
  EXPECT_EQ(counts.kinds.at(EventKind::kMemalign), 1066u);
  EXPECT_EQ(counts.kinds.at(EventKind::kFree) + counts.kinds.at(EventKind::kFreeNull), 364863u);
  EXPECT_EQ(counts.kinds.at(EventKind::kThreadEnd), 357u);
  EXPECT_EQ(counts.tainted, "");
}

}  // namespace
}  // namespace alloclab
