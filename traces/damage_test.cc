// Archives that are cut, changed or made up to harm: never a crash, never a wrong event, and a
// sentence that says where.

#include <gtest/gtest.h>

#include <algorithm>

#include "traces/archive_format.h"
#include "traces/crc32c.h"
#include "traces/little_endian.h"
#include "traces/metadata.h"
#include "traces/open_trace.h"
#include "traces/program.h"
#include "traces/sample_events.h"
#include "traces/varint.h"

namespace alloclab {
namespace {

constexpr std::uint32_t kEventsInBlock = 40;

struct Outcome {
  std::vector<Event> events;
  std::string error;
  std::vector<std::string> warnings;
};

Outcome ReadWhatCanBe(const std::string& bytes) {
  Outcome outcome;
  try {
    const auto reader = OpenTraceBytes("damaged.alt", bytes);
    std::vector<Event> batch;
    while (reader->Next(batch)) {
      outcome.events.insert(outcome.events.end(), batch.begin(), batch.end());
    }
    outcome.warnings = reader->warnings();
  } catch (const TraceError& error) {
    outcome.error = error.what();
  }
  return outcome;
}

std::string ErrorOf(const std::string& bytes) { return ReadWhatCanBe(bytes).error; }

// Decoding into a program reads with other code; it must refuse what the reader refuses.
std::string ProgramErrorOf(const std::string& bytes) {
  try {
    const auto reader = OpenTraceBytes("damaged.alt", bytes);
    DecodeProgram(*reader);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

bool IsPrefix(const std::vector<Event>& part, const std::vector<Event>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

std::string SmallArchive(std::vector<Event>& events) {
  events = RandomEvents(11, 200);
  return ArchiveBytes(events, {{"program", "p"}}, kEventsInBlock);
}

TEST(Damage, CutAtEveryByteGivesAPrefixAndSaysSo) {
  std::vector<Event> events;
  const std::string bytes = SmallArchive(events);
  ASSERT_EQ(ReadWhatCanBe(bytes).events.size(), events.size());
  std::size_t blocks_seen = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const Outcome outcome = ReadWhatCanBe(bytes.substr(0, length));
    EXPECT_TRUE(IsPrefix(outcome.events, events)) << length;
    EXPECT_EQ(outcome.events.size() % kEventsInBlock, 0U) << length;
    // Either the header is not whole, or what was lost is a warning.
    EXPECT_NE(outcome.error.empty(), outcome.warnings.empty()) << length;
    if (!outcome.error.empty()) {
      EXPECT_LE(length, kHeaderBytes + 14) << outcome.error;
    }
    EXPECT_GE(outcome.events.size() / kEventsInBlock, blocks_seen) << length;
    blocks_seen = outcome.events.size() / kEventsInBlock;
  }
  EXPECT_EQ(blocks_seen, events.size() / kEventsInBlock);
}

TEST(Damage, EveryChangedByteIsNoticedOrHarmless) {
  std::vector<Event> events;
  const std::string bytes = SmallArchive(events);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      const Outcome outcome = ReadWhatCanBe(damaged);
      EXPECT_TRUE(IsPrefix(outcome.events, events)) << at;
      // Checksums cover every byte, so each change is noticed.
      EXPECT_FALSE(outcome.error.empty() && outcome.warnings.empty()) << at;
      EXPECT_EQ(ProgramErrorOf(damaged).empty(), outcome.error.empty()) << at;
    }
  }
}

TEST(Damage, ChecksumErrorsNameBlockAndOffset) {
  std::vector<Event> events;
  std::string bytes = SmallArchive(events);
  const std::size_t second = bytes.find(kBlockMagic, bytes.find(kBlockMagic) + 1);
  bytes[second + BlockHeaderSize(std::string_view(bytes).substr(second))] ^= 1;
  EXPECT_EQ(ErrorOf(bytes),
            "damaged.alt: block 1 at byte " + std::to_string(second) +
                ": the checksum of column 1 does not match; the file is damaged, copy it again");
}

// An archive of one hand-made block, with all its checksums right.
struct HandMade {
  ArchiveHeader header;
  Metadata metadata = {};
  BlockHeader block;
  std::string columns;

  void Append(std::uint16_t id, const std::string& raw) {
    ColumnEntry entry;
    entry.id = id;
    entry.raw_bytes = entry.stored_bytes = static_cast<std::uint32_t>(raw.size());
    entry.crc = Crc32c(raw);
    block.columns.push_back(entry);
    columns += raw;
  }
  std::string Bytes() const {
    ArchiveHeader whole = header;
    const std::string encoded = EncodeMetadata("", metadata);
    if (!metadata.empty()) {
      whole.metadata_bytes = static_cast<std::uint32_t>(encoded.size());
      whole.metadata_crc = Crc32c(encoded);
    }
    std::string bytes = EncodeHeader(whole) + encoded;
    std::string index = EncodeIndexHeader(1) + EncodeIndexEntry(bytes.size(), block);
    bytes += EncodeBlockHeader(block) + columns;
    index += EncodeIndexTail(block.events, bytes.size(), Crc32c(index));
    return bytes + index;
  }
};

// The two words as varints: (8 + 1) << 1 = 18 and (0 << 1) | 1 = 1.
std::string TwoWords() { return std::string("\x25\x03", 2); }

HandMade Good() {
  HandMade made;
  made.block.events = 2;
  made.Append(kEventColumn, TwoWords());
  return made;
}

TEST(HandMade, IsRead) {
  const Outcome outcome = ReadWhatCanBe(Good().Bytes());
  EXPECT_EQ(outcome.error, "");
  const std::vector<Event> expected = {{.id = 0, .size = 8}, {.kind = EventKind::kFree, .ref = 0}};
  EXPECT_TRUE(outcome.events == expected);
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST(HandMade, UnknownColumnsAndNewerMinorsAreSkipped) {
  HandMade made = Good();
  made.header.minor = 77;
  made.header.flags = 0x8000;
  made.Append(4711, "a column of the future");
  made.block.columns.back().codec = 200;
  made.block.columns.back().raw_bytes = UINT32_MAX;
  const Outcome outcome = ReadWhatCanBe(made.Bytes());
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.events.size(), 2U);
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST(HandMade, NewerMajorIsRefused) {
  HandMade made = Good();
  made.header.major = 2;
  EXPECT_EQ(
      ErrorOf(made.Bytes()),
      "damaged.alt: archive version 2.0 at byte 8, but this alloclab reads version 1; use the "
      "alloclab that wrote it");
}

// A hand-made archive changed by `change`, and a part of the sentence that must come.
struct Refusal {
  const char* name;
  void (*change)(HandMade&);
  const char* sentence;
};

class HandMadeRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(HandMadeRefusal, SaysWhyAndWhere) {
  HandMade made = Good();
  GetParam().change(made);
  for (const std::string& error : {ErrorOf(made.Bytes()), ProgramErrorOf(made.Bytes())}) {
    EXPECT_NE(error.find(GetParam().sentence), std::string::npos) << "got: " << error;
    EXPECT_TRUE(error.starts_with("damaged.alt: ")) << error;
  }
}

void ReplaceEvents(HandMade& made, const std::string& raw) {
  made.block.columns.clear();
  made.columns.clear();
  made.Append(kEventColumn, raw);
}

const Refusal kRefusals[] = {
    {"NoEvents", [](HandMade& made) { made.block.events = 0; },
     "block 0 at byte 64: declares 0 events, but 1 to 262144 are allowed"},
    {"TooManyEvents", [](HandMade& made) { made.block.events = UINT32_MAX; },
     "declares 4294967295 events, but 1 to 262144 are allowed"},
    {"WrongFirstEvent", [](HandMade& made) { made.block.first_event = 5; },
     "begins with event 5, but 0 come before it"},
    {"HugeFirstId", [](HandMade& made) { made.block.first_id = UINT64_MAX; },
     "declares allocation 18446744073709551615, but at most 1152921504606846976 are allowed"},
    {"WrongFirstId", [](HandMade& made) { made.block.first_id = 3; },
     "begins with allocation 3, 0 live objects and 0 live bytes, but the blocks before it leave 0, "
     "0 and 0"},
    {"WrongLiveObjects", [](HandMade& made) { made.block.live_objects = 1; },
     "begins with allocation 0, 1 live objects"},
    {"WrongLiveBytes", [](HandMade& made) { made.block.live_bytes = 1; }, "and 1 live bytes, but"},
    {"NoEventColumn", [](HandMade& made) { made.block.columns[0].id = 99; },
     "has column 1 0 times"},
    {"TwoEventColumns", [](HandMade& made) { made.Append(kEventColumn, TwoWords()); },
     "has column 1 2 times"},
    {"TwoSiteColumns",
     [](HandMade& made) {
       made.Append(kSiteColumn, "\x03");
       made.Append(kSiteColumn, "\x03");
     },
     "has column 4 2 times"},
    {"HugeSiteColumn",
     [](HandMade& made) {
       made.Append(kSiteColumn, "\x03");
       made.block.columns.back().raw_bytes = 19;
     },
     "column 4 declares 19 bytes, 1 stored, which 2 events cannot have"},
    {"UnknownCodecOfSites",
     [](HandMade& made) {
       made.Append(kSiteColumn, "\x03");
       made.block.columns.back().codec = 9;
     },
     "column 4 has codec 9 and parameter 0, unknown to version 1.0"},
    {"HugeColumn", [](HandMade& made) { made.block.columns[0].raw_bytes = UINT32_MAX; },
     "column 1 declares 4294967295 bytes, 2 stored, which 2 events cannot have"},
    {"StoredLargerThanRaw", [](HandMade& made) { made.block.columns[0].raw_bytes = 1; },
     "column 1 declares 1 bytes, 2 stored"},
    {"UnknownCodec", [](HandMade& made) { made.block.columns[0].codec = 9; },
     "column 1 has codec 9 and parameter 0, unknown to version 1.0"},
    {"UnknownPredictor", [](HandMade& made) { made.block.columns[0].parameter = 7; },
     "column 1 has codec 0 and parameter 7, unknown to version 1.0"},
    {"NotZstd", [](HandMade& made) { made.block.columns[0].codec = kZstdCodec; },
     "column 1 cannot be decompressed"},
    {"StoredShorterThanRaw", [](HandMade& made) { made.block.columns[0].raw_bytes = 3; },
     "column 1 cannot be decompressed"},
    {"ColumnTooShort", [](HandMade& made) { ReplaceEvents(made, "\x25"); },
     "event 1 is missing: its column ends before it"},
    {"ColumnTooLong", [](HandMade& made) { ReplaceEvents(made, "\x25\x03\x25"); },
     "event 2 should be the end, but its column does not end there"},
    {"VarintPastTheEnd", [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x06", 2)); },
     "does not end there"},
    {"FreeOfNothing", [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x0b", 2)); },
     "not live"},
    {"EscapeCutOff", [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x02", 3)); },
     "event 1 is cut off by the end of its column"},
    {"FreeNullCutOff", [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x0a", 3)); },
     "event 1 is cut off by the end of its column"},
    {"ZeroInNineBytesAtTheEnd",
     // Long enough not to lie inside of a string, so that the sanitizer sees what is read behind
     // it.
     [](HandMade& made) {
       ReplaceEvents(made, std::string(40, '\x25') + '\0');
       made.block.events = 41;
     },
     "event 40 is cut off by the end of its column"},
    {"CallocCutOffBeforeItsCount",
     [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x02\x00", 4)); },
     "event 1 is cut off by the end of its column"},
    {"CallocCutOffBeforeItsSize",
     [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x02\x00\x03", 5)); },
     "event 1 is cut off by the end of its column"},
    {"CallocCutOffInItsSize",
     [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x02\x00\x03\x06", 6)); },
     "event 1 is cut off by the end of its column"},
    {"UnknownKind", [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\xc8\x00", 4)); },
     "event 1 is of kind 200 with flags 0, which this version does not have"},
    {"UnknownFlag",
     [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x00\x02\x03", 5)); },
     "event 1 is of kind 0 with flags 2"},
    {"FailedFree",
     [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x01\x01\x01", 5)); },
     "event 1 is of kind 1 with flags 1"},
    {"ReallocOfNoAllocation",
     // realloc of age 1 where only one allocation exists: the number before the first.
     [](HandMade& made) { ReplaceEvents(made, std::string("\x25\x01\x03\x00\x05\x03", 6)); },
     "event 1 refers to an allocation that cannot exist"},
    {"ReallocOfTheDead",
     [](HandMade& made) {
       ReplaceEvents(made, std::string("\x25\x03\x01\x03\x00\x03\x03", 7));
       made.block.events = 3;
     },
     "not live"},
};

INSTANTIATE_TEST_SUITE_P(All, HandMadeRefusal, testing::ValuesIn(kRefusals),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(HandMade, ThreadRunsMustCoverTheEvents) {
  for (const std::string& runs :
       {std::string("\x03\x03"), std::string("\x03\x07"), std::string("\x03\x01\x03\x05"),
        std::string("\x03"), std::string("\x00\xff\xff\xff\xff\xff\xff\xff\xff\x05", 10)}) {
    HandMade made = Good();
    made.Append(kThreadColumn, runs);
    EXPECT_NE(ErrorOf(made.Bytes()).find("its threads do not cover its events"), std::string::npos);
  }
  HandMade made = Good();
  made.Append(kThreadColumn, "\x03\x05");  // thread 1, two events
  const Outcome outcome = ReadWhatCanBe(made.Bytes());
  ASSERT_EQ(outcome.events.size(), 2U) << outcome.error;
  EXPECT_EQ(outcome.events[1].thread, 1U);
}

TEST(HandMade, TimesMustCoverTheEventsAndLieWhereTheBlockSays) {
  const auto made = [](const std::string& steps, std::uint8_t shift) {
    HandMade archive = Good();
    archive.header.facts.clock_hz = 1;
    archive.metadata = {{"clock_hz", "1"}};
    archive.block.min_time = 40;
    archive.block.max_time = 48;
    archive.Append(kTimeColumn, steps);
    archive.block.columns.back().parameter = shift;
    return archive;
  };
  // Steps of 0 and 1, in units of 8.
  const Outcome outcome = ReadWhatCanBe(made("\x01\x05", 3).Bytes());
  ASSERT_EQ(outcome.events.size(), 2U) << outcome.error;
  EXPECT_EQ(outcome.events[0].time, 40U);
  EXPECT_EQ(outcome.events[1].time, 48U);
  const std::string sentence = "its times do not cover its events, or lie outside";
  for (const std::string& steps :
       {std::string("\x01"), std::string("\x01\x05\x01"), std::string("\x01\x02"),
        std::string("\x01\x09"), std::string("\x03\x05"), std::string()}) {
    EXPECT_NE(ErrorOf(made(steps, 3).Bytes()).find(sentence), std::string::npos) << steps.size();
  }
  // A step around the whole range of 64 bits, back to where it began.
  std::string around = "\x01";
  AppendVarint(around, ZigZag(std::uint64_t{1} << 61));
  EXPECT_NE(ErrorOf(made(around, 3).Bytes()).find(sentence), std::string::npos);
  EXPECT_NE(ErrorOf(made("\x01\x01", 64).Bytes()).find(sentence), std::string::npos);
  EXPECT_NE(ErrorOf(made("\x01\x05", 63).Bytes()).find(sentence), std::string::npos);
  HandMade no_clock = made("\x01\x05", 3);
  no_clock.header.facts.clock_hz = 0;
  no_clock.metadata.clear();
  EXPECT_NE(ErrorOf(no_clock.Bytes()).find("it has times, but the header has no clock rate"),
            std::string::npos);
}

TEST(HandMade, CallSitesMustCoverWhatMakesOrResizes) {
  const auto made = [](const std::string& sites) {
    HandMade archive = Good();
    archive.Append(kSiteColumn, sites);
    return archive;
  };
  const auto varint = [](std::uint64_t number) {
    std::string bytes;
    AppendVarint(bytes, number);
    return bytes;
  };
  // One for the malloc, none for the free.
  for (const std::uint32_t site : {0u, 1u, UINT32_MAX}) {
    HandMade good = made(varint(site));
    good.block.columns.back().parameter = 7;  // has no meaning here
    const Outcome outcome = ReadWhatCanBe(good.Bytes());
    ASSERT_EQ(outcome.events.size(), 2U) << outcome.error;
    EXPECT_EQ(outcome.events[0].site, site);
    EXPECT_EQ(outcome.events[1].site, 0U);
  }
  for (const std::string& sites : {std::string(), varint(1) + varint(2), std::string("\x02"),
                                   varint(std::uint64_t{1} << 32), varint(UINT64_MAX)}) {
    EXPECT_NE(ErrorOf(made(sites).Bytes())
                  .find("its call sites do not cover what makes or resizes, or are too large"),
              std::string::npos)
        << sites.size();
  }
  // Far behind the end of the column, where nothing may be read.
  HandMade many = Good();
  ReplaceEvents(many, std::string(1000, '\x25'));
  many.block.events = 1000;
  many.Append(kSiteColumn, std::string(20, '\x03'));
  EXPECT_NE(ErrorOf(many.Bytes()).find("its call sites do not cover"), std::string::npos);
}

TEST(HandMade, HeaderAndMetadataMustTellTheSame) {
  const std::string sentence =
      "damaged.alt: the header (bytes 16 to 47) has another clock rate, start or uuid than the "
      "metadata; the file is damaged, copy it again";
  HandMade made = Good();
  made.metadata = {{"clock_hz", "1000"}};
  EXPECT_EQ(ErrorOf(made.Bytes()), sentence);
  made.header.facts.clock_hz = 1000;
  EXPECT_EQ(ErrorOf(made.Bytes()), "");
  made.header.facts.wall_time_ns = 7;
  EXPECT_EQ(ErrorOf(made.Bytes()), sentence);
  made.header.facts.wall_time_ns = 0;
  made.header.facts.uuid[15] = 1;
  EXPECT_EQ(ErrorOf(made.Bytes()), sentence);
  made.metadata = {{"clock_hz", "soon"}};
  EXPECT_EQ(ErrorOf(made.Bytes()),
            "damaged.alt: metadata \"clock_hz\" is \"soon\", which is no whole number below 2^64; "
            "correct it or leave it out");
}

TEST(HandMade, DeclaredSizesPastTheEndAreCuts) {
  HandMade made = Good();
  made.Append(4711, "x");
  made.block.columns.back().stored_bytes = UINT32_MAX;
  EXPECT_EQ(ReadWhatCanBe(made.Bytes()).warnings.size(), 1U);
}

TEST(HandMade, HugeMetadataIsRefused) {
  HandMade made = Good();
  made.header.metadata_bytes = UINT32_MAX;
  EXPECT_EQ(ErrorOf(made.Bytes()),
            "damaged.alt: the header declares 4294967295 bytes of metadata at byte 48, but at most "
            "1048576 are allowed; the file is damaged, copy it again");
  made.header.metadata_bytes = 1 << 20;
  EXPECT_EQ(ErrorOf(made.Bytes()),
            "damaged.alt: ends inside its metadata (bytes 64 to 1048639); copy it again");
}

TEST(HandMade, IndexMustAgreeWithTheBlocks) {
  const std::string bytes = Good().Bytes();
  const std::size_t index = bytes.rfind(kIndexMagic);
  const auto with = [&](const std::string& entries, std::uint64_t blocks, std::uint64_t events) {
    std::string part = EncodeIndexHeader(blocks) + entries;
    part += EncodeIndexTail(events, index, Crc32c(part));
    return bytes.substr(0, index) + part;
  };
  const std::string right = EncodeIndexEntry(64, Good().block);
  ASSERT_EQ(with(right, 1, 2), bytes);
  const std::string begin = "damaged.alt: index at byte " + std::to_string(index) + ": ";
  const std::string end = "; the file is damaged, copy it again";
  EXPECT_EQ(ErrorOf(with(right, UINT64_MAX, 2)),
            begin + "lists 18446744073709551615 blocks, but 1 were read" + end);
  EXPECT_EQ(ErrorOf(with(EncodeIndexEntry(65, Good().block), 1, 2)),
            begin + "its entries do not agree with the blocks" + end);
  EXPECT_EQ(ErrorOf(with(right, 1, 3)), begin + "its end does not agree with the blocks" + end);
  EXPECT_EQ(ErrorOf(bytes + "x"),
            begin + "something follows it at byte " + std::to_string(bytes.size()) + end);
}

}  // namespace
}  // namespace alloclab
