// Reading from a snapshot on against reading from the start, and snapshots that lie.

#include <gtest/gtest.h>

#include <map>

#include "traces/archive_writer.h"
#include "traces/event_kind.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/slice.h"
#include "traces/snapshot_column.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

constexpr std::uint32_t kEventsInBlock = 40;
constexpr std::uint32_t kSnapshotBlocks = 3;
constexpr std::size_t kEvents = 800;

std::string WriteArchive(const std::vector<Event>& events, std::uint32_t snapshot_blocks) {
  const std::string path = TemporaryPath("snapshots.alt");
  ArchiveWriter writer(path, {.snapshot_blocks = snapshot_blocks}, kEventsInBlock);
  for (const Event& event : events) writer.Add(event);
  writer.Finish();
  return FileBytes(path);
}

// Events that leave blocks of every kind behind, none of them as large as the whole memory.
std::vector<Event> Events(std::uint64_t seed) {
  std::vector<Event> events = RandomEvents(seed, kEvents);
  for (Event& event : events) {
    event.size = std::min<std::uint64_t>(event.size, 100000);
    event.count = std::min<std::uint64_t>(event.count, 1000);
  }
  return events;
}

std::vector<Event> Slice(const std::string& archive, std::uint64_t from) {
  const std::string path = TemporaryPath("slice.alt");
  SliceTrace(*OpenTraceBytes("whole.alt", archive), *CreateTrace(path, TraceForm::kArchive, {}),
             from, from + 100);
  return ReadAll(*OpenTrace(path));
}

TEST(Snapshot, SlicesAreThoseWithoutSnapshots) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = Events(seed);
  const std::string without = WriteArchive(events, 0);
  const std::string with = WriteArchive(events, kSnapshotBlocks);
  EXPECT_GT(with.size(), without.size());
  EXPECT_EQ(ReadAll(*OpenTraceBytes("with.alt", with)), events);
  for (std::uint64_t from = 0; from <= kEvents; from += 13) {
    ASSERT_EQ(Slice(with, from), Slice(without, from)) << "seed " << seed << ", from " << from;
  }
}

// From memory and from a file, which moves in another way.
TEST(Snapshot, ReadsOnFromTheLastOneBeforeAnEvent) {
  const std::vector<Event> events = Events(3);
  const std::string archive = WriteArchive(events, kSnapshotBlocks);
  const std::string path = TemporaryPath("snapshots.alt");
  ArchiveWriter writer(path, {.snapshot_blocks = kSnapshotBlocks}, kEventsInBlock);
  for (const Event& event : events) writer.Add(event);
  writer.Finish();
  for (std::uint64_t event = 0; event < 2 * kEvents; event += 11) {
    for (const bool in_memory : {true, false}) {
      const auto reader = in_memory ? OpenTraceBytes("a.alt", archive) : OpenTrace(path);
      Survivors survivors;
      const std::uint64_t skipped = reader->SkipTowards(event, survivors);
      // The last block is not a whole one.
      const std::uint64_t known = std::min<std::uint64_t>(event, kEvents - 1);
      constexpr std::uint64_t kEvery = kEventsInBlock * kSnapshotBlocks;
      ASSERT_EQ(skipped, known / kEvery * kEvery);
      std::map<std::uint64_t, std::uint64_t> live;
      std::uint64_t made = 0;
      for (std::uint64_t i = 0; i < skipped; ++i) {
        if (EndsAllocation(events[i])) live.erase(events[i].ref);
        if (MakesAllocation(events[i])) live[made++] = RequestedBytes(events[i]);
      }
      EXPECT_EQ(survivors.next_id(), made);
      std::map<std::uint64_t, std::uint64_t> said;
      survivors.ForEach(
          [&](std::uint64_t id, const Survivor& survivor) { said[id] = survivor.size(); });
      EXPECT_EQ(said, live);
      const std::vector<Event> rest(events.begin() + static_cast<std::ptrdiff_t>(skipped),
                                    events.end());
      EXPECT_EQ(ReadAll(*reader), rest);
      EXPECT_TRUE(reader->warnings().empty());
    }
  }
}

TEST(Snapshot, OfNothingIsNotWritten) {
  std::vector<Event> events;
  for (std::uint64_t id = 0; id < 100; ++id) {
    events.push_back({.id = id, .size = 8});
    events.push_back({.kind = EventKind::kFree, .ref = id});
  }
  const std::string archive = WriteArchive(events, 1);
  EXPECT_EQ(archive, WriteArchive(events, 0));
  Survivors survivors;
  EXPECT_EQ(OpenTraceBytes("a.alt", archive)->SkipTowards(190, survivors), 160U);
  EXPECT_EQ(survivors.next_id(), 80U);
}

std::string ErrorOf(const std::string& archive, bool skip) {
  try {
    const auto reader = OpenTraceBytes("damaged.alt", archive);
    Survivors survivors;
    if (skip) reader->SkipTowards(kEvents, survivors);
    ReadAll(*reader);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

TEST(Snapshot, DamageIsNoticed) {
  const std::string archive = WriteArchive(Events(3), 5);
  std::size_t begin = 0;
  for (int block = 0; block <= 15; ++block) begin = archive.find(kBlockMagic, begin + 1);
  const std::size_t end = archive.find(kBlockMagic, begin + 1);
  ASSERT_NE(end, std::string::npos);
  BlockHeader header;
  const std::string_view block = std::string_view(archive).substr(begin);
  ASSERT_TRUE(DecodeBlockHeader(block.substr(0, BlockHeaderSize(block)), header));
  ASSERT_EQ(header.columns.back().id, kSnapshotColumn);
  for (std::size_t at = end - header.columns.back().stored_bytes; at < end; ++at) {
    std::string damaged = archive;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    const std::string place = "damaged.alt: block 15 at byte " + std::to_string(begin) + ": ";
    EXPECT_EQ(
        ErrorOf(damaged, false),
        place + "the checksum of column 6 does not match; the file is damaged, copy it again");
    EXPECT_EQ(ErrorOf(damaged, true), place +
                                          "its snapshot is none of what is live there; the file is "
                                          "damaged, copy it again");
  }
  EXPECT_EQ(ErrorOf(archive, true), "");
  // Cut behind a snapshot: reading goes on from it to the cut.
  const auto cut = OpenTraceBytes("cut.alt", std::string_view(archive).substr(0, end + 10));
  Survivors survivors;
  EXPECT_EQ(cut->SkipTowards(kEvents, survivors), 15 * kEventsInBlock);
  EXPECT_EQ(ReadAll(*cut).size(), kEventsInBlock);
  EXPECT_EQ(cut->warnings().size(), 1U);
}

// As from the start: what lies behind the event is not looked at, and a cut is a warning.
TEST(Snapshot, DamageAndCutsBehindAnEventAreNobodysBusiness) {
  const std::string archive = WriteArchive(Events(3), 5);
  std::vector<std::size_t> blocks;
  for (std::size_t at = archive.find(kBlockMagic); at != std::string::npos;
       at = archive.find(kBlockMagic, at + 1)) {
    blocks.push_back(at);
  }
  ASSERT_EQ(blocks.size(), kEvents / kEventsInBlock);
  std::string damaged = archive;
  damaged[blocks[11] + 20] ^= 1;
  Survivors survivors;
  const auto reader = OpenTraceBytes("damaged.alt", damaged);
  EXPECT_EQ(reader->SkipTowards(11 * kEventsInBlock - 1, survivors), 10 * kEventsInBlock);
  std::vector<Event> batch;
  EXPECT_TRUE(reader->Next(batch));
  EXPECT_EQ(batch.size(), kEventsInBlock);
  EXPECT_THROW(OpenTraceBytes("damaged.alt", damaged)->SkipTowards(kEvents, survivors), TraceError);
  // Inside the block of the last snapshot.
  for (const std::size_t length : {blocks[15] + 70, blocks[16] - 1}) {
    const auto cut = OpenTraceBytes("cut.alt", std::string_view(archive).substr(0, length));
    EXPECT_EQ(cut->SkipTowards(kEvents, survivors), 10 * kEventsInBlock);
    EXPECT_EQ(ReadAll(*cut).size(), 5 * kEventsInBlock);
    EXPECT_EQ(cut->warnings().size(), 1U);
  }
}

TEST(Snapshot, MustFitItsBlock) {
  Survivors survivors;
  survivors.Resume(9, {{2, {8 + 1, 0, 0}}, {3, {0 + 1, 64, 7}}, {8, {1000 + 1, 0, 1}}});
  const std::string bytes = EncodeSnapshot(survivors);
  const std::string padded = bytes + std::string(kVarintPadding, '\0');
  const auto fits = [&](const BlockHeader& header, std::size_t length) {
    Survivors::Rows rows;
    return DecodeSnapshot(std::string_view(padded).substr(0, length), header, rows);
  };
  const BlockHeader good = {.first_id = 9, .live_objects = 3, .live_bytes = 1008};
  EXPECT_TRUE(fits(good, bytes.size()));
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(fits(good, length));
  EXPECT_FALSE(fits({.first_id = 8, .live_objects = 3, .live_bytes = 1008}, bytes.size()));
  EXPECT_FALSE(fits({.first_id = 9, .live_objects = 2, .live_bytes = 1008}, bytes.size()));
  EXPECT_FALSE(fits({.first_id = 9, .live_objects = 4, .live_bytes = 1008}, bytes.size()));
  EXPECT_FALSE(fits({.first_id = 9, .live_objects = 3, .live_bytes = 1007}, bytes.size()));
  // The largest size counts for nothing, and makes room for the mark of the dead.
  std::string largest;
  for (const std::uint64_t word :
       {std::uint64_t{0}, UINT64_MAX, std::uint64_t{0}, std::uint64_t{0}}) {
    AppendVarint(largest, word);
  }
  largest += std::string(kVarintPadding, '\0');
  Survivors::Rows rows;
  ASSERT_TRUE(DecodeSnapshot(std::string_view(largest).substr(0, largest.size() - kVarintPadding),
                             {.first_id = 1, .live_objects = 1}, rows));
  EXPECT_EQ(rows.front().second.size(), UINT64_MAX - 1);
}

}  // namespace
}  // namespace alloclab
