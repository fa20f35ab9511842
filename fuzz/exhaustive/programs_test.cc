// All programs, each once: against every string of calls, of which most make no sense.

#include "fuzz/exhaustive/programs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "fuzz/exhaustive/alphabet.h"
#include "fuzz/program.h"
#include "traces/event_kind.h"
#include "traces/open_trace.h"

namespace alloclab {
namespace {

constexpr ClassEdges kEdges = {.least = 24, .next = 25, .merged = 56};

// One of everything that counts in a way of its own: a call that makes a block and one that cannot;
// a resize that keeps its block, one that ends it, and one that is refused.
Alphabet OneOfEach() {
  Alphabet alphabet;
  alphabet.arena_bytes = 1024;
  alphabet.makes = {{.kind = EventKind::kMalloc, .size = 1},
                    {.kind = EventKind::kMalloc, .failed = true, .size = UINT64_MAX}};
  alphabet.resizes = {{.kind = EventKind::kRealloc, .size = 2},
                      {.kind = EventKind::kRealloc, .size = 0},
                      {.kind = EventKind::kRealloc, .failed = true, .size = UINT64_MAX}};
  alphabet.refusals = true;
  return alphabet;
}

std::string Text(std::span<const Event> events) {
  return TraceText({1024, {events.begin(), events.end()}}, "any", "");
}

// Counts in another way: every string over all calls on each of as many blocks as there can be,
// less those that name a block that is not live.
std::uint64_t CountStrings(const Alphabet& alphabet, std::size_t operations) {
  const std::size_t on_one_block = 1 + alphabet.resizes.size();
  const std::size_t calls =
      alphabet.makes.size() + operations * on_one_block + (alphabet.refusals ? 1 : 0);
  std::uint64_t strings = 1;
  for (std::size_t i = 0; i < operations; ++i) strings *= calls;
  std::uint64_t count = 0;
  for (std::uint64_t string = 0; string < strings; ++string) {
    std::size_t live = 0;
    bool makes_sense = true;
    bool was_marker = false;
    std::uint64_t rest = string;
    for (std::size_t i = 0; i < operations; ++i, rest /= calls) {
      std::size_t call = rest % calls;
      if (call == calls - 1 && alphabet.refusals) {
        makes_sense = makes_sense && !was_marker && i + 1 < operations;
        was_marker = true;
        continue;
      }
      was_marker = false;
      if (call < alphabet.makes.size()) {
        if (!alphabet.makes[call].failed) ++live;
        continue;
      }
      call -= alphabet.makes.size();
      makes_sense = makes_sense && call / on_one_block < live;
      if (!makes_sense) break;
      const std::size_t resize = call % on_one_block;
      const bool ends = resize == 0 || (!alphabet.resizes[resize - 1].failed &&
                                        RequestedBytes(alphabet.resizes[resize - 1]) == 0);
      if (ends) --live;
    }
    count += makes_sense ? 1 : 0;
  }
  return count;
}

std::uint64_t CountVisits(const Alphabet& alphabet, std::size_t operations) {
  std::uint64_t count = 0;
  EXPECT_TRUE(ForEachProgram(alphabet, operations, [&](std::span<const Event>) {
    ++count;
    return true;
  }));
  return count;
}

TEST(Programs, AreAsManyAsMakeSense) {
  for (const Alphabet& alphabet :
       {OneOfEach(), EdgeAlphabet(kEdges, 512), ExtremeAlphabet(kEdges)}) {
    // As many as can be counted the long way in a second.
    const std::size_t most = alphabet.makes.size() < 5 ? 5 : alphabet.makes.size() < 10 ? 4 : 3;
    for (std::size_t operations = 1; operations <= most; ++operations) {
      const std::uint64_t count = CountStrings(alphabet, operations);
      EXPECT_EQ(CountVisits(alphabet, operations), count) << operations;
      EXPECT_EQ(CountPrograms(alphabet, operations), count) << operations;
    }
  }
}

TEST(Programs, AreCountedWithoutBeingMade) {
  const Alphabet alphabet = EdgeAlphabet(kEdges, 512);
  EXPECT_EQ(CountPrograms(alphabet, 1), 5u);
  // 5 calls that make a block, then 5 more, its free or one of 3 resizes; or first a refusal.
  EXPECT_EQ(CountPrograms(alphabet, 2), 5u * (5 + 1 + 3) + 5);
  EXPECT_EQ(CountPrograms(alphabet, 6), CountVisits(alphabet, 6));
  EXPECT_EQ(CountPrograms(alphabet, 64), UINT64_MAX);
}

TEST(Programs, AreDifferentAndWellFormed) {
  std::set<std::string> texts;
  const Alphabet alphabet = OneOfEach();
  ForEachProgram(alphabet, 4, [&](std::span<const Event> events) {
    const std::string text = Text(events);
    EXPECT_TRUE(texts.insert(text).second) << text;
    // The reader refuses a free of what is not live, and numbers that are not in order.
    const auto reader = OpenTraceBytes("program.txt", text);
    std::vector<Event> read;
    std::vector<Event> batch;
    while (reader->Next(batch)) read.insert(read.end(), batch.begin(), batch.end());
    EXPECT_TRUE(std::ranges::equal(read, events)) << text;
    return true;
  });
  EXPECT_EQ(texts.size(), CountPrograms(alphabet, 4));
}

TEST(Programs, AreFoundByTheirNumber) {
  const Alphabet alphabet = OneOfEach();
  std::uint64_t n = 0;
  ForEachProgram(alphabet, 3, [&](std::span<const Event> events) {
    EXPECT_EQ(Text(NthProgram(alphabet, 3, n)), Text(events)) << n;
    ++n;
    return true;
  });
  EXPECT_TRUE(NthProgram(alphabet, 3, n).empty());
}

TEST(Programs, EndWhenTheVisitorSaysSo) {
  int visits = 0;
  EXPECT_FALSE(
      ForEachProgram(OneOfEach(), 3, [&](std::span<const Event>) { return ++visits < 7; }));
  EXPECT_EQ(visits, 7);
}

}  // namespace
}  // namespace alloclab
