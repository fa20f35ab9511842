// Exports: known answers, .rep files that come back as they were, random events against a model of
// what each form can hold, and the sentence about what it cannot.

#include "traces/export/export.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "traces/event_kind.h"
#include "traces/export/exported.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

Exported Export(const std::string& trace, const std::string& name) {
  return alloclab::Export(trace, *ExportFormatOfName(name));
}

const char kTrace[] =
    "alloclab trace text 1\n"
    "\n"
    "thread_start\n"
    "0 = malloc 24\n"
    "1 = calloc 4 16 @1\n"
    "2 = memalign 64 100\n"
    "3 = valloc 7\n"
    "failed malloc 99\n"
    "4 = realloc 0 48\n"
    "5 = realloc null 5000000000\n"
    "free null\n"
    "realloc 4 0\n"
    "failed realloc 5 9\n"
    "delete_sized 1 64\n"
    "6 = new 8\n"
    "free 5\n"
    "free 2\n";

TEST(Export, RepHasItsKnownAnswer) {
  const Exported exported = Export(kTrace, "known.rep");
  EXPECT_EQ(exported.bytes,
            // At the peak: 64 + 100 + 7 + 48 + 5000000000 bytes.
            "5000000219\n6\n11\n1\n"
            "a 0 24\na 1 64\na 2 100\na 3 7\nr 0 48\na 4 5000000000\nf 0\nf 1\na 5 8\nf 4\nf 2\n");
  EXPECT_EQ(
      exported.losses,
      "1 calls of other threads became the first thread's; 1 calls with a count (calloc) have "
      "their product as size, and nothing is cleared; 2 calls with an alignment became "
      "mallocs; 1 reallocs of NULL became mallocs; 1 reallocs to 0 bytes became frees; 2 "
      "failed calls were left out; 1 frees of NULL were left out; 1 notices of threads, forks "
      "and markers were left out; 1 sizes are larger than drivers read (2^31 - 1).");
}

TEST(Export, CsvHasItsKnownAnswer) {
  const Exported exported = Export(kTrace, "known.csv");
  EXPECT_EQ(exported.bytes,
            "event,kind,failed,thread,id,ref,alignment,count,size\n"
            "0,thread_start,0,0,,,,,\n"
            "1,malloc,0,0,0,,,,24\n"
            "2,calloc,0,1,1,,,4,16\n"
            "3,memalign,0,0,2,,64,,100\n"
            "4,valloc,0,0,3,,,,7\n"
            "5,malloc,1,0,,,,,99\n"
            "6,realloc,0,0,4,0,,,48\n"
            "7,realloc,0,0,5,,,,5000000000\n"
            "8,free null,0,0,,,,,\n"
            "9,realloc,0,0,,4,,,0\n"
            "10,realloc,1,0,,5,,,9\n"
            "11,delete_sized,0,0,,1,,,64\n"
            "12,new,0,0,6,,,,8\n"
            "13,free,0,0,,5,,,\n"
            "14,free,0,0,,2,,,\n");
  EXPECT_EQ(exported.losses, "");
  EXPECT_EQ(Export("alloclab trace text 1\n# a: b\n\n", "empty.csv").losses,
            "CSV has no place for the metadata.");
}

TEST(Export, RepFilesComeBackAsTheyWere) {
  for (const std::string rep :
       {"20000\n3\n8\n1\na 0 512\na 1 128\nr 0 640\na 2 128\nf 1\nr 0 768\nf 0\nf 2\n",
        "3\n2\n4\n1\na 0 0\na 1 2147483647\nf 1\nr 0 1\n", "1\n1\n2\n4096\na 0 8\nf 0\n",
        "0\n0\n0\n0\n"}) {
    const Exported exported = Export(rep, "again.rep");
    EXPECT_EQ(exported.bytes, rep);
    EXPECT_EQ(exported.losses, "there is no place for the metadata.");
  }
}

// Reads a column back; an empty one is `none`.
std::uint64_t Column(std::istream& line, std::uint64_t none) {
  std::string value;
  std::getline(line, value, ',');
  return value.empty() ? none : std::stoull(value);
}

TEST(Export, CsvHoldsEveryEvent) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, 3000);
  std::istringstream csv(Export(ArchiveBytes(events), "random.csv").bytes);
  std::map<std::string, EventKind> kinds;
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    kinds[std::string(kKindTraits[i].name)] = static_cast<EventKind>(i);
  }
  std::string text;
  std::getline(csv, text);
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_TRUE(std::getline(csv, text));
    std::istringstream line(text);
    EXPECT_EQ(Column(line, 0), i);
    Event event;
    std::getline(line, text, ',');
    event.kind = kinds.at(text);
    event.failed = Column(line, 2) == 1;
    event.thread = static_cast<std::uint32_t>(Column(line, UINT32_MAX));
    event.id = Column(line, kNoAllocation);
    event.ref = Column(line, kNoAllocation);
    event.alignment = Column(line, 0);
    event.count = Column(line, 1);
    event.size = Column(line, 0);
    event.site = events[i].site;
    ASSERT_TRUE(event == events[i]) << "seed " << seed << ", event " << i;
  }
  EXPECT_FALSE(std::getline(csv, text));
}

// A trace exported and imported has the same blocks in the same order: sizes as they were
// requested, and each ended by the same event. The model knows events, not requests.
TEST(Export, RepHoldsEveryBlock) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, 3000);
  std::vector<Event> expected;
  for (const Event& event : events) {
    if (!MakesAllocation(event) && !EndsAllocation(event)) continue;
    Event simple;
    simple.id = event.id;
    simple.size = MakesAllocation(event) ? RequestedBytes(event) : 0;
    if (EndsAllocation(event)) {
      simple.kind = MakesAllocation(event) ? EventKind::kRealloc : EventKind::kFree;
      simple.ref = event.ref;
    }
    expected.push_back(simple);
  }
  const std::string rep = Export(ArchiveBytes(events), "random.rep").bytes;
  EXPECT_TRUE(ReadAll(*OpenTraceBytes("random.rep", rep)) == expected) << "seed " << seed;
}

TEST(Export, FormatsAreNamed) {
  EXPECT_EQ(ExportFormatOfName("a.b/c.rep")->name, "rep");
  EXPECT_EQ(ExportFormatOfName("x.csv")->name, "csv");
  EXPECT_EQ(FindExportFormat("dj")->name, "dj");
  for (const char* name : {"csv", "x.alt", "-", "x."}) {
    EXPECT_EQ(ExportFormatOfName(name), nullptr) << name;
  }
}

TEST(Export, CallSitesAreCounted) {
  const std::string trace =
      "alloclab trace text 1\n\n0 = malloc 24 s1\n1 = malloc 24\n2 = malloc 24 s1\n";
  for (const ExportFormat* format : ExportFormats()) {
    EXPECT_EQ(alloclab::Export(trace, *format).losses, "2 call sites were left out.")
        << format->name;
  }
}

// As with our own forms: an event that cannot happen leaves no file behind.
TEST(Export, RefusesWhatCannotHappen) {
  for (const ExportFormat* format : ExportFormats()) {
    const std::string name(format->name);
    const std::string path = TemporaryPath("wrong." + name);
    {
      const auto writer = format->create(path, {});
      try {
        writer->Add({.kind = EventKind::kFree, .ref = 3});
        ADD_FAILURE() << name;
      } catch (const TraceError& error) {
        EXPECT_EQ(error.what(), path +
                                    ": cannot write event 0: free names allocation 3, which is not "
                                    "live; correct what makes the events");
      }
    }
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

}  // namespace
}  // namespace alloclab
