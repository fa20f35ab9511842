// What goes in comes out: events and metadata through both forms, against the events themselves.

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "traces/convert.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

// Values that break a careless text form.
Metadata AwkwardMetadata() {
  return {{"program", "a b\nc\\n\r\t\x7f"},
          {"arguments", " leading and trailing "},
          {"empty", ""},
          {"space", " "},
          {"uuid", "00112233-4455-6677-8899-aabbccddeeff"},
          {"wall_time_ns", "1795422569000000000"},
          {"utf-8", "\xc3\xa9"},
          {"program", "twice"}};
}

class RandomRoundTrip : public testing::TestWithParam<std::size_t> {};

TEST_P(RandomRoundTrip, ArchiveGivesTheSameEvents) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, GetParam());
  const std::string bytes = ArchiveBytes(events, AwkwardMetadata());
  const auto reader = OpenTraceBytes("random.alt", bytes);
  EXPECT_EQ(reader->metadata(), AwkwardMetadata());
  EXPECT_TRUE(ReadAll(*reader) == events) << "seed " << seed;
  EXPECT_TRUE(reader->warnings().empty());
}

TEST_P(RandomRoundTrip, TextGivesTheSameEvents) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, GetParam());
  const std::string bytes = TextBytes(events, AwkwardMetadata());
  const auto reader = OpenTraceBytes("random.txt", bytes);
  EXPECT_EQ(reader->metadata(), AwkwardMetadata());
  EXPECT_TRUE(ReadAll(*reader) == events) << "seed " << seed;
  EXPECT_TRUE(reader->warnings().empty());
}

TEST_P(RandomRoundTrip, ArchiveToTextToArchiveIsByteIdentical) {
  const std::uint64_t seed = TestSeed();
  const std::string first = ArchiveBytes(RandomEvents(seed, GetParam()), AwkwardMetadata());
  const auto archive = OpenTraceBytes("first.alt", first);
  const std::string text_path = TemporaryPath("middle.txt");
  CopyTrace(*archive, *CreateTrace(text_path, TraceForm::kText, {archive->metadata()}));
  const auto text = OpenTrace(text_path);
  const std::string archive_path = TemporaryPath("last.alt");
  EXPECT_EQ(CopyTrace(*text, *CreateTrace(archive_path, TraceForm::kArchive, {text->metadata()})),
            GetParam());
  EXPECT_TRUE(FileBytes(archive_path) == first) << "seed " << seed;
}

// 65,536 events fill a block exactly; 140,000 need several.
INSTANTIATE_TEST_SUITE_P(Sizes, RandomRoundTrip, testing::Values(0, 1, 100, 65536, 140000));

TEST(RoundTrip, BothPredictorsAreUsed) {
  // Freed in the order of their making, the distance to the last freed is always 1; freed at once,
  // the age is always 0.
  std::vector<Event> queue;
  for (std::uint64_t i = 0; i < 5000; ++i) queue.push_back({.id = i, .size = (i * i) % 1000});
  for (std::uint64_t i = 0; i < 5000; ++i) queue.push_back({.kind = EventKind::kFree, .ref = i});
  std::vector<Event> stack;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    stack.push_back({.id = i, .size = (i * i) % 1000});
    stack.push_back({.kind = EventKind::kFree, .ref = i});
  }
  for (const auto& [events, predictor] : {std::pair(queue, 1), std::pair(stack, 0)}) {
    const std::string bytes = ArchiveBytes(events);
    // The parameter in the first directory entry of the first block, behind the file's header.
    EXPECT_EQ(bytes[64 + 64 + 3], predictor);
    EXPECT_TRUE(ReadAll(*OpenTraceBytes("predictor.alt", bytes)) == events);
  }
}

// Times of any kind: rising and not, coarse and fine, far apart, and none.
TEST(RoundTrip, TimesAreKeptInBothForms) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::vector<Event> events = RandomEvents(seed, 20000);
  std::uint64_t now = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::size_t stretch = i / 1500;  // each a few of the writer's blocks or a part of one
    if (stretch % 5 == 0) continue;
    if (stretch % 5 == 1) now += random() % 5000;
    if (stretch % 5 == 2) now = random();
    if (stretch % 5 == 3) now = (now & ~std::uint64_t{0xffff}) + (random() % 100 << 16);
    events[i].time = stretch % 5 == 4 && i % 2 == 0 ? UINT64_MAX : now;
  }
  Metadata metadata = AwkwardMetadata();
  metadata.emplace_back("clock_hz", "1000000000");
  for (const std::uint32_t block_events : {1u, 1000u, 0u}) {
    const std::string archive = ArchiveBytes(events, metadata, block_events);
    EXPECT_TRUE(ReadAll(*OpenTraceBytes("t.alt", archive)) == events) << "seed " << seed;
  }
  EXPECT_TRUE(ReadAll(*OpenTraceBytes("t.txt", TextBytes(events, metadata))) == events)
      << "seed " << seed;
}

// A clock that ticks in steps of 1024 costs what its steps cost, not what its ticks do.
TEST(RoundTrip, CoarseTimesAreSmall) {
  std::vector<Event> events = RecordingLikeEvents(5, 60000);
  const Metadata metadata = {{"clock_hz", "1000000000"}};
  const std::size_t without = ArchiveBytes(events, metadata).size();
  std::mt19937_64 random(5);
  std::uint64_t now = 0;
  for (Event& event : events) event.time = (now += random() % 100) & ~std::uint64_t{1023};
  const std::string with = ArchiveBytes(events, metadata);
  EXPECT_GT(with.size(), without);
  EXPECT_LT(with.size(), without + events.size() / 4);
  // The parameter in the second entry of the first block's directory.
  EXPECT_EQ(with[with.find("ALTB") + 64 + 16 + 3], 10);
}

// A block without call sites pays nothing for those of the block before it.
TEST(RoundTrip, OnlyBlocksWithCallSitesHaveTheirColumn) {
  constexpr std::size_t kEventsInBlock = 1000;
  const std::vector<Event> without = RecordingLikeEvents(5, 2 * kEventsInBlock);
  std::vector<Event> with = without;
  with[0].site = 1;  // a malloc, as are all that begin a burst
  const auto last_block = [](const std::vector<Event>& events) {
    const std::string bytes = ArchiveBytes(events, {}, kEventsInBlock);
    const std::size_t begin = bytes.rfind("ALTB");
    return bytes.substr(begin, bytes.rfind("ALTI") - begin);
  };
  EXPECT_EQ(last_block(with), last_block(without));
  EXPECT_TRUE(ReadAll(*OpenTraceBytes("s.alt", ArchiveBytes(with, {}, kEventsInBlock))) == with);
}

TEST(RoundTrip, ZstdLevelChangesNoEvent) {
  const std::vector<Event> events = RecordingLikeEvents(7, 50000);
  const std::string quick = ArchiveBytes(events, {}, 0, 1);
  const std::string small = ArchiveBytes(events, {}, 0, 19);
  EXPECT_LT(small.size(), quick.size());
  EXPECT_TRUE(ReadAll(*OpenTraceBytes("quick", quick)) == events);
  EXPECT_TRUE(ReadAll(*OpenTraceBytes("small", small)) == events);
}

}  // namespace
}  // namespace alloclab
