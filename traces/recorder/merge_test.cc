// The merge on raw recordings made by hand: the event lists are worked out from the meaning of the
// calls, not from the code.

#include "traces/recorder/merge.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "traces/recorder/raw_writer.h"
#include "traces/sites/site_table.h"
#include "traces/test_seed.h"

namespace alloclab::recorder {
namespace {

namespace fs = std::filesystem;
using K = RecordKind;
using E = EventKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kA = 0x7f0000001000;
constexpr std::uint64_t kB = 0x7f0000002000;

struct Trace {
  Metadata metadata;
  std::vector<Event> events;
  bool finished = false;
};

class MemoryWriter final : public TraceWriter {
 public:
  explicit MemoryWriter(Trace* trace) : trace_(trace) {}
  void Add(const Event& event) override { trace_->events.push_back(event); }
  void Finish() override { trace_->finished = true; }

 private:
  Trace* trace_;
};

Event Start(std::uint32_t thread) { return {.kind = E::kThreadStart, .thread = thread}; }
Event Malloc(std::uint32_t thread, std::uint64_t id, std::uint64_t size) {
  return {.kind = E::kMalloc, .thread = thread, .id = id, .size = size};
}
Event Free(std::uint32_t thread, std::uint64_t ref) {
  return {.kind = E::kFree, .thread = thread, .ref = ref};
}
Event Realloc(std::uint32_t thread, std::uint64_t id, std::uint64_t ref, std::uint64_t size) {
  return {.kind = E::kRealloc, .thread = thread, .id = id, .ref = ref, .size = size};
}

class MergeTest : public testing::Test {
 protected:
  MergeTest() : folder_(fs::path(testing::TempDir()) / TestName()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  static std::string TestName() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  void Write(const RawProcess& process) { live_ = WriteRawProcess(folder_.string(), process); }

  std::vector<ImageSummary> Merge(bool keep_children = true, std::uint64_t time_step = 0) {
    MergeOptions options;
    options.folder = folder_.string();
    options.output = "out.alt";
    options.pid = 1;
    options.keep_children = keep_children;
    options.time_step = time_step;
    options.create = [this](const std::string& path, const Metadata& metadata) {
      traces_[path].metadata = metadata;
      return std::make_unique<MemoryWriter>(&traces_[path]);
    };
    options.stop = &stop_;
    return MergeRecording(options);
  }

  const std::vector<Event>& Events(const std::string& path = "out.alt") {
    EXPECT_TRUE(traces_[path].finished) << path;
    return traces_[path].events;
  }
  std::string Fact(const std::string& key, const std::string& path = "out.alt") {
    for (const auto& [name, value] : traces_[path].metadata) {
      if (name == key) return value;
    }
    return "";
  }

  fs::path folder_;
  std::string live_;
  std::map<std::string, Trace> traces_;
  std::atomic<bool> stop_{false};
};

TEST_F(MergeTest, OrdersThreadsByStamp) {
  Write({.slots = {RawChunk(0, 0, 1).Short(10, K::kMalloc, kA, 100).Short(40, K::kFree, kB),
                   RawChunk(1, 1, 15).Short(20, K::kFree, kA).Short(30, K::kMalloc, kB, 50)}});
  const auto images = Merge();
  EXPECT_THAT(Events(), ElementsAre(Start(0), Malloc(0, 0, 100), Start(1), Free(1, 0),
                                    Malloc(1, 1, 50), Free(0, 1)));
  EXPECT_EQ(images.at(0).tainted, "");
  EXPECT_EQ(images.at(0).calls, 4u);
  EXPECT_EQ(images.at(0).events, 6u);
  EXPECT_EQ(Fact("tainted"), "");
  EXPECT_EQ(Fact("program"), "/bin/it");
  EXPECT_EQ(Fact("arguments"), "it 'two words'");
}

TEST_F(MergeTest, RoundsTimesDownButNotToNothing) {
  Write({.slots = {RawChunk(0, 0, 1).Short(10, K::kMalloc, kA, 100).Short(47, K::kFree, kA)}});
  Merge(true, 16);
  ASSERT_EQ(Events().size(), 3u);
  EXPECT_EQ(Events()[0].time, 16u);  // the thread's start, at its first record
  EXPECT_EQ(Events()[1].time, 16u);
  EXPECT_EQ(Events()[2].time, 32u);
}

TEST_F(MergeTest, PutsTheReleaseFirstWhenStampsAreEqual) {
  Write({.slots = {RawChunk(0, 0, 1).Short(10, K::kMalloc, kA, 1).Short(20, K::kMalloc, kB, 2),
                   RawChunk(1, 1, 2).Short(20, K::kFree, kA).Short(30, K::kFree, kB)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  EXPECT_THAT(Events(), ElementsAre(Start(0), Start(1), Malloc(0, 0, 1), Free(1, 0),
                                    Malloc(0, 1, 2), Free(1, 1)));
}

TEST_F(MergeTest, KeepsProgramOrderWithinAThread) {
  // A signal handler's malloc, stamped later, lies before the malloc it interrupted.
  Write({.slots = {RawChunk(0, 0, 1).Short(20, K::kMalloc, kA, 1).Hole().Short(15, K::kFree, kA),
                   RawChunk(1, 1, 2).Short(17, K::kMalloc, kB, 2)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  EXPECT_THAT(Events(),
              ElementsAre(Start(0), Start(1), Malloc(1, 0, 2), Malloc(0, 1, 1), Free(0, 1)));
}

TEST_F(MergeTest, EndsTheOldBlockWhenAReallocBegins) {
  // Thread 1 gets the address while thread 0 is still on its way out of realloc.
  Write({.slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kMalloc, kA, 8)
                       .Short(20, K::kReallocBegin, kA)
                       .Short(40, K::kReallocEnd, kB, 16),
                   RawChunk(1, 1, 2).Short(30, K::kMalloc, kA, 9)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  EXPECT_THAT(Events(), ElementsAre(Start(0), Start(1), Malloc(0, 0, 8), Malloc(1, 1, 9),
                                    Realloc(0, 2, 0, 16)));
}

TEST_F(MergeTest, KeepsTheBlockOfAFailedRealloc) {
  Write({.slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kMalloc, kA, 8)
                       .Short(20, K::kReallocBegin, kA)
                       .Long(30, K::kReallocEnd, 0, std::uint64_t{1} << 60)
                       .Short(40, K::kFree, kA)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  Event failed = Realloc(0, kNoAllocation, 0, std::uint64_t{1} << 60);
  failed.failed = true;
  EXPECT_THAT(Events(), ElementsAre(Start(0), Malloc(0, 0, 8), failed, Free(0, 0)));
}

TEST_F(MergeTest, TellsTheFormsOfRealloc) {
  Write({.slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kReallocEnd, kA, 8)
                       .Short(20, K::kReallocBegin, kA)
                       .Short(30, K::kReallocEnd, 0, 0)
                       .Long(40, K::kReallocArray, kA, 5, 3)
                       .Short(50, K::kFree)
                       .Short(60, K::kMalloc, 0, 77)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  EXPECT_THAT(Events(), ElementsAre(Start(0), Realloc(0, 0, kNoAllocation, 8),
                                    Realloc(0, kNoAllocation, 0, 0),
                                    Event{.kind = E::kReallocArray, .id = 1, .size = 5, .count = 3},
                                    Event{.kind = E::kFreeNull},
                                    Event{.kind = E::kMalloc, .failed = true, .size = 77}));
}

TEST_F(MergeTest, GivesAReallocToNothingThatMadeABlockOneByte) {
  Write({.slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kMalloc, kA, 8)
                       .Short(20, K::kReallocBegin, kA)
                       .Short(30, K::kReallocEnd, kB, 0)
                       .Short(40, K::kFree, kB)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  EXPECT_THAT(Events(), ElementsAre(Start(0), Malloc(0, 0, 8), Realloc(0, 1, 0, 1), Free(0, 1)));
}

TEST_F(MergeTest, CountsWhatDoesNotFitAndSaysSo) {
  Write({.dropped = 7,
         .slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kFree, kB)
                       .Short(20, K::kMalloc, kA, 1)
                       .Short(30, K::kMalloc, kA, 2)
                       .Short(40, K::kReallocBegin, kB)
                       .Short(50, K::kReallocEnd, kB, 3)}});
  const auto images = Merge();
  EXPECT_EQ(images.at(0).counts.unmatched_frees, 1u);
  EXPECT_EQ(images.at(0).counts.inversions, 1u);
  EXPECT_EQ(images.at(0).counts.unmatched_reallocs, 1u);
  EXPECT_THAT(images.at(0).tainted, HasSubstr("7 calls were not recorded"));
  EXPECT_EQ(Fact("tainted"), images.at(0).tainted);
  EXPECT_THAT(Events(), ElementsAre(Start(0), Malloc(0, 0, 1), Free(0, 0), Malloc(0, 1, 2),
                                    Realloc(0, 2, kNoAllocation, 3)));
}

TEST_F(MergeTest, ReadsTheLogAndBelievesTheSlotWhenBothHaveAChunk) {
  Write({.slots = {RawChunk(0, 1, 50).Short(60, K::kMalloc, kB, 2).Short(70, K::kFree, kB)},
         .log = {RawChunk(0, 0, 1).Short(10, K::kMalloc, kA, 1).Short(20, K::kFree, kA),
                 RawChunk(0, 1, 50).Short(60, K::kMalloc, kB, 2)}});
  EXPECT_EQ(Merge().at(0).tainted, "");
  EXPECT_THAT(Events(),
              ElementsAre(Start(0), Malloc(0, 0, 1), Free(0, 0), Malloc(0, 1, 2), Free(0, 1)));
}

TEST_F(MergeTest, FollowsASlotFromThreadToThread) {
  Write({.slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kMalloc, kA, 1)
                       .Short(20, K::kThreadEnd)
                       .Long(30, K::kThreadStart, 1, kSameChunk)
                       .Short(40, K::kFree, kA)
                       .Long(50, K::kThreadResume, 0, kSameChunk)
                       .Short(60, K::kMalloc, kB, 2)}});
  Merge();
  // Thread 0 went on after its end was noted, so it ends later.
  EXPECT_THAT(Events(), ElementsAre(Start(0), Malloc(0, 0, 1), Start(1), Free(1, 0),
                                    Malloc(0, 1, 2), Event{.kind = E::kThreadEnd, .thread = 0}));
}

TEST_F(MergeTest, GivesAForkedChildItsParentsBlocks) {
  Write({.image = 0,
         .pid = 1,
         .slots = {RawChunk(0, 0, 1)
                       .Short(10, K::kMalloc, kB, 11)
                       .Long(20, K::kMemalign, kA, 22, 64)
                       .Long(30, K::kFork, 2, 30)
                       .Short(40, K::kFree, kB)}});
  Write({.image = 1,
         .pid = 2,
         .parent_image = 0,
         .fork_stamp = 30,
         .slots = {RawChunk(0, 0, 50).Short(60, K::kFree, kA).Short(70, K::kFree, kB)}});
  const auto images = Merge();
  EXPECT_EQ(images.at(1).tainted, "");
  const Event aligned{.kind = E::kMemalign, .id = 1, .size = 22, .alignment = 64};
  EXPECT_THAT(Events("out.1.alt"),
              ElementsAre(Start(0), Malloc(0, 0, 11), aligned, Free(0, 1), Free(0, 0)));
  EXPECT_EQ(Fact("inherited", "out.1.alt"), "2");
  EXPECT_THAT(Fact("parent", "out.1.alt"), HasSubstr("process 1"));
  EXPECT_THAT(Events(), ElementsAre(Start(0), Malloc(0, 0, 11), aligned,
                                    Event{.kind = E::kFork, .count = 2}, Free(0, 0)));
}

TEST_F(MergeTest, TaintsAChildWhoseParentIsUnknown) {
  Write({.image = 4,
         .pid = 1,
         .parent_image = 3,
         .slots = {RawChunk(0, 0, 1).Short(2, K::kMalloc, kA, 1)}});
  EXPECT_THAT(Merge().at(0).tainted, HasSubstr("inherited from the parent are unknown"));
}

TEST_F(MergeTest, NumbersImagesInOrderOfStartAndSkipsSilentOnes) {
  const RawChunk call = RawChunk(0, 0, 1).Short(2, K::kMalloc, kA, 1);
  Write({.image = 0, .pid = 1, .slots = {call}});
  Write({.image = 1, .pid = 9, .slots = {RawChunk(0, 0, 1)}});
  Write({.image = 2, .pid = 8, .slots = {call}});
  Write({.image = 3, .pid = 1, .slots = {call}});
  const auto images = Merge();
  ASSERT_EQ(images.size(), 4u);
  EXPECT_EQ(images[0].file, "out.1.alt");
  EXPECT_EQ(images[1].file, "");
  EXPECT_EQ(images[2].file, "out.2.alt");
  EXPECT_EQ(images[3].file, "out.alt");
  EXPECT_TRUE(images[3].is_main);
  traces_.clear();
  Merge(/*keep_children=*/false);
  EXPECT_EQ(traces_.size(), 1u);
}

TEST_F(MergeTest, RefusesAnUnknownKindByFileAndByte) {
  Write({.slots = {RawChunk(0, 0, 1).Short(9, static_cast<K>(0x55))}});
  try {
    Merge();
    FAIL() << "nothing was thrown";
  } catch (const TraceError& error) {
    EXPECT_THAT(error.what(), HasSubstr(live_ + ": byte 65568: unknown record kind 85"));
  }
  EXPECT_THAT(traces_, IsEmpty());
}

TEST_F(MergeTest, RefusesAShortHeader) {
  Write({});
  fs::resize_file(live_, 100);
  EXPECT_THROW(Merge(), TraceError);
}

// Of processes that are only just starting when the program ends.
TEST_F(MergeTest, ImagesInTheMakingAreLeftOut) {
  RawChunk chunk(0, 0, 1);
  Write({.slots = {chunk.Short(2, K::kFree)}});
  std::ofstream(folder_ / "00000001-2.live").close();
  std::ofstream(folder_ / "00000002-3.live") << std::string(2 * kSlotBytes, '\0');
  const std::vector<ImageSummary> summaries = Merge();
  ASSERT_EQ(summaries.size(), 1u);
  EXPECT_EQ(summaries[0].calls, 1u);
  std::ofstream(folder_ / "00000002-3.live") << std::string(2 * kSlotBytes, '\1');
  EXPECT_THROW(Merge(), TraceError);
}

TEST_F(MergeTest, StopsWhenTold) {
  RawChunk chunk(0, 0, 1);
  for (int i = 0; i < 3000; ++i) chunk.Short(2, K::kFree);
  std::vector<RawChunk> log(30, chunk);
  Write({.slots = {RawChunk(0, 1, 3)}, .log = log});
  stop_ = true;
  EXPECT_THROW(Merge(), TraceError);
}

// Two libraries at one address, one after the other; the second was seen by two threads. The
// program is linked for where it lies.
constexpr char kModules[] =
    "0 4194304 4202496 0 /bin/it\n"
    "15 139637977776128 139637977780224 139637977776128 /lib/first one.so\n"
    "16 140720308486144 140720308490240 140720308486144 \n"
    "105 139637977772032 139637977780224 139637977772032 /lib/second.so\n"
    "105 139637977772032 139637977780224 139637977772032 /lib/second.so\n"
    "106 13963897713";  // cut

TEST_F(MergeTest, CallSitesBecomePlacesInFiles) {
  RawChunk chunk(0, 0, 1);
  // Before its line was written: another thread was about to.
  chunk.Site(12, {0x401011, 0x7f0000100021}).Short(20, K::kMalloc, kA, 1);
  chunk.Site(21, {0x401011, 0x7f0000100021}).Long(21, K::kCalloc, kB, 2, 1);
  chunk.Short(22, K::kMalloc, kA + 64, 3);
  chunk.Site(30, {0x7ffc00000006, 0x55550000}).Short(30, K::kReallocBegin, kA);
  chunk.Short(31, K::kReallocEnd, kA, 4);
  chunk.Site(110, {0x401011, 0x7f0000100021}).Short(110, K::kMalloc, 0, 5);
  Write({.slots = {chunk}, .modules = kModules});
  const ImageSummary summary = Merge().at(0);
  EXPECT_EQ(summary.calls, 6u);
  EXPECT_EQ(summary.tainted, "");
  const Trace& trace = traces_["out.alt"];
  std::vector<std::uint32_t> numbers;
  for (const Event& event : trace.events) numbers.push_back(event.site);
  // The busiest is 1, of the others the one that was there first is 2.
  EXPECT_THAT(numbers, ElementsAre(0, 1, 1, 0, 2, 3));
  const SiteTable table = SiteTableFromMetadata(trace.metadata);
  std::vector<std::string> sites;
  for (const std::vector<std::uint32_t>& stack : table.sites) {
    std::string text;
    for (const std::uint32_t frame : stack) {
      const CodePlace& place = table.frames[frame];
      text += fmt::format("{}+{:x} ",
                          place.module == kNoModule ? "?" : table.modules[place.module].path,
                          place.address);
    }
    sites.push_back(text);
  }
  EXPECT_THAT(sites, ElementsAre("/bin/it+401010 /lib/first one.so+20 ", "+5 ?+5554ffff ",
                                 "/bin/it+401010 /lib/second.so+1020 "));
}

TEST_F(MergeTest, ACallSiteBelongsToTheNextAllocationOfItsThread) {
  RawChunk first(0, 0, 1);
  first.Site(10, {0x1001})
      .Short(10, K::kFree)
      .Short(14, K::kMalloc, kA, 1)
      .Short(16, K::kMalloc, kA + 16, 1);
  RawChunk second(1, 1, 2);
  second.Site(11, {0x2001}).Site(12, {0x3001}).Short(13, K::kMalloc, kB, 2);
  Write({.slots = {first, second}});
  Merge();
  std::map<std::uint64_t, std::uint64_t> addresses;  // by the allocation's number
  const Trace& trace = traces_["out.alt"];
  const SiteTable table = SiteTableFromMetadata(trace.metadata);
  for (const Event& event : trace.events) {
    if (event.site == 0) continue;
    addresses[event.id] = table.frames[table.sites[event.site - 1].at(0)].address;
  }
  // Thread 1's block is the first, with the site that came last before it.
  EXPECT_EQ(addresses, (std::map<std::uint64_t, std::uint64_t>{{0, 0x3000}, {1, 0x1000}}));
}

// Whatever stands in the files, the merge ends with traces or with a sentence.
TEST_F(MergeTest, SurvivesDamagedFiles) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  RawChunk chunk(0, 1, 1);
  for (std::uint64_t i = 0; i < 40; ++i) {
    chunk.Site(i * 3, std::vector<std::uint64_t>(i % 5, kB));
    chunk.Short(i * 3, K::kMalloc, kA + 16 * i, i).Short(i * 3 + 1, K::kReallocBegin, kA + 16 * i);
    chunk.Long(i * 3 + 2, K::kReallocEnd, kB + 4096 * i, i).Long(i * 3 + 2, K::kFork, 2, i);
  }
  Write({.slots = {chunk, RawChunk(1, 2, 5)}, .log = {RawChunk(0, 0, 0), chunk}});
  std::stringstream original;
  original << std::ifstream(live_, std::ios::binary).rdbuf();
  int refused = 0;
  int merged = 0;
  for (int round = 0; round < 500; ++round) {
    std::string bytes = original.str();
    const std::size_t damages = 1 + random() % 8;
    for (std::size_t i = 0; i < damages; ++i) {
      // Half of the damage to the header's numbers, half to the first chunk.
      const std::size_t at = random() % 2 == 0 ? random() % 128 : kSlotBytes + random() % 3200;
      bytes[at] = static_cast<char>(random());
    }
    if (round % 10 == 0) bytes.resize(random() % bytes.size());
    std::ofstream(live_, std::ios::binary) << bytes;
    try {
      Merge();
      ++merged;
    } catch (const TraceError&) {
      ++refused;
    }
  }
  EXPECT_GT(merged, 0);
  EXPECT_GT(refused, 0);
}

TEST(NumberedPath, PutsTheNumberBeforeTheExtension) {
  EXPECT_EQ(NumberedPath("a.b/trace.v1.alt", 3), "a.b/trace.v1.3.alt");
  EXPECT_EQ(NumberedPath("trace.txt", 12), "trace.12.txt");
}

}  // namespace
}  // namespace alloclab::recorder
