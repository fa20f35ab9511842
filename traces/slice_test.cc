// Parts of traces against the whole: at every event as much is live, in blocks of the same sizes.

#include "traces/slice.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "traces/event_kind.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

std::vector<Event> Slice(const std::vector<Event>& events, std::uint64_t from, std::uint64_t to,
                         SliceCounts& counts) {
  const std::string path = TemporaryPath("slice.alt");
  counts = SliceTrace(*OpenTraceBytes("whole.alt", ArchiveBytes(events)),
                      *CreateTrace(path, TraceForm::kArchive, {}), from, to);
  return ReadAll(*OpenTrace(path));
}

// The sizes of the live blocks, which is all that a slice keeps of what came before it.
class Sizes {
 public:
  void Apply(const Event& event) {
    if (EndsAllocation(event)) {
      sizes_.erase(sizes_.find(live_.at(event.ref)));
      live_.erase(event.ref);
    }
    if (event.id == kNoAllocation) return;
    live_[event.id] = RequestedBytes(event);
    sizes_.insert(RequestedBytes(event));
  }
  const std::multiset<std::uint64_t>& sizes() const { return sizes_; }
  std::uint64_t SizeOf(std::uint64_t id) const { return live_.at(id); }

 private:
  std::map<std::uint64_t, std::uint64_t> live_;
  std::multiset<std::uint64_t> sizes_;
};

TEST(Slice, HasTheEventsAndWhatTheyMeet) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::vector<Event> events = RandomEvents(seed, 2000);
  // Products fit, and a realloc to nothing stays one.
  for (Event& event : events) {
    event.size = std::min<std::uint64_t>(event.size, 1000);
    event.count = std::min<std::uint64_t>(event.count, 1000);
  }
  for (int round = 0; round < 20; ++round) {
    const std::uint64_t from = random() % (events.size() + 1);
    const std::uint64_t to = from + random() % (events.size() + 1 - from);
    SliceCounts counts;
    const std::vector<Event> slice = Slice(events, from, to, counts);
    ASSERT_EQ(counts.events, to - from);
    ASSERT_EQ(slice.size(), counts.inherited + counts.events);
    Sizes whole;
    Sizes part;
    for (std::uint64_t i = 0; i < from; ++i) whole.Apply(events[i]);
    for (std::uint64_t i = 0; i < counts.inherited; ++i) part.Apply(slice[i]);
    ASSERT_EQ(part.sizes(), whole.sizes()) << "seed " << seed;
    for (std::uint64_t i = from; i < to; ++i) {
      const Event& was = events[i];
      const Event& is = slice[counts.inherited + i - from];
      if (was.ref != kNoAllocation) {
        ASSERT_EQ(part.SizeOf(is.ref), whole.SizeOf(was.ref)) << "seed " << seed;
      }
      Event same = is;
      same.id = was.id;
      same.ref = was.ref;
      ASSERT_EQ(same, was) << "seed " << seed;
      whole.Apply(was);
      part.Apply(is);
      if (i % 100 == 0) {
        ASSERT_EQ(part.sizes(), whole.sizes()) << "seed " << seed;
      }
    }
  }
}

TEST(Slice, TheWholeIsTheWhole) {
  const std::vector<Event> events = RandomEvents(7, 1000);
  SliceCounts counts;
  EXPECT_EQ(Slice(events, 0, UINT64_MAX, counts), events);
  EXPECT_EQ(counts.inherited, 0U);
}

TEST(Slice, InheritedBlocksKeepAlignmentAndThreadButNoCallSite) {
  const auto reader = OpenTraceBytes("t.txt",
                                     "alloclab trace text 1\n0 = malloc 5 @1 s3\n1 = memalign 64 6 "
                                     "@2\n2 = calloc 3 7\nfree 0\n3 = realloc 1 9 s3\n");
  const std::string path = TemporaryPath("slice.txt");
  SliceTrace(*reader, *CreateTrace(path, TraceForm::kText, {}), 3, 5);
  EXPECT_EQ(FileBytes(path),
            "alloclab trace text 1\n\n0 = malloc 5 @1\n1 = memalign 64 6 @2\n2 = malloc 21\nfree "
            "0\n3 = realloc 1 9 s3\n");
}

TEST(Slice, ABeginningPastTheEndIsRefused) {
  SliceCounts counts;
  const std::vector<Event> events = RandomEvents(7, 10);
  EXPECT_EQ(Slice(events, 10, 20, counts).size(), counts.inherited);
  try {
    Slice(events, 11, 20, counts);
    ADD_FAILURE() << "not refused";
  } catch (const TraceError& error) {
    EXPECT_EQ(std::string(error.what()),
              "the trace has 10 events, so none begins at 11; give a --from that is not above its "
              "length");
  }
}

}  // namespace
}  // namespace alloclab
