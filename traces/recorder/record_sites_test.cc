// Call sites of real programs: a program that says how often which function allocates which size,
// recorded, and its functions found again by name.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "traces/event_kind.h"
#include "traces/recorder/recording_fixture.h"
#include "traces/sites/by_site.h"
#include "traces/sites/symbolizer.h"

namespace alloclab::recorder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kProgram[] = "traces/recorder/subjects/call_sites";
constexpr char kHazards[] = "traces/recorder/subjects/hazards";
constexpr char kOtherPlugin[] = "traces/recorder/subjects/libother_plugin.so";
constexpr char kPlugin[] = "traces/recorder/subjects/libcall_sites_plugin.so";

class RecordSites : public RecordingTest {
 protected:
  RecordSites() {
    // A symbolizer that is not there would leave every name a number.
    EXPECT_EQ(std::system("llvm-symbolizer-19 --version >/dev/null"), 0);
  }

  RecordResult RecordAtDepth(std::uint32_t depth, std::vector<std::string> argv) {
    RecordOptions options = Options(std::move(argv));
    options.site_depth = depth;
    return Record(options);
  }

  // The names of the call sites at which allocations of `size` bytes were made, each with how many.
  std::map<std::vector<std::string>, int> SitesOf(std::uint64_t size,
                                                  const std::string& file = "out.alt") const {
    const ReadTrace trace = Read(file);
    const SiteTable table = SiteTableFromMetadata(trace.metadata);
    std::map<std::uint32_t, int> counts;
    for (const Event& event : trace.events) {
      if (MakesAllocation(event) && event.size == size) ++counts[event.site];
    }
    std::map<std::vector<std::string>, int> sites;
    for (const auto& [site, count] : counts) {
      const bool known = site != 0 && site <= table.sites.size();
      sites[known ? NameFrames(table, table.sites[site - 1]).names
                  : std::vector<std::string>{"none"}] += count;
    }
    return sites;
  }

  // The only such site.
  std::vector<std::string> SiteOf(std::uint64_t size, int count,
                                  const std::string& file = "out.alt") const {
    const auto sites = SitesOf(size, file);
    EXPECT_EQ(sites.size(), 1u) << size;
    if (sites.empty()) return {};
    EXPECT_EQ(sites.begin()->second, count) << size;
    return sites.begin()->first;
  }
};

TEST_F(RecordSites, FunctionsAreFoundAgainByName) {
  const RecordResult result = RecordAtDepth(4, {kProgram, kPlugin});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  EXPECT_THAT(SiteOf(1000, 10),
              ElementsAre(HasSubstr("Wrapper(unsigned long) (call_sites.cc:"), HasSubstr("Alpha()"),
                          StartsWith("main (call_sites.cc:"), HasSubstr("libc")));
  EXPECT_THAT(SiteOf(2000, 20), ElementsAre(HasSubstr("Wrapper("), HasSubstr("Beta()"),
                                            StartsWith("main"), testing::_));
  // C++'s own wrapper, in another library.
  EXPECT_THAT(SiteOf(3000, 3), testing::Contains(HasSubstr("Gamma()")));
  EXPECT_THAT(SiteOf(3000, 3).front(), HasSubstr("operator new"));
  EXPECT_THAT(SiteOf(4000, 5),
              ElementsAre(HasSubstr("Resizes()"), StartsWith("main"), testing::_, testing::_));
  EXPECT_THAT(SiteOf(5000, 4), testing::Contains(HasSubstr("OnAThread()")));
}

TEST_F(RecordSites, ProgramsWhoseSegmentsLieApart) {
  RecordAtDepth(2, {"traces/recorder/subjects/call_sites_with_gaps", kPlugin});
  EXPECT_THAT(SiteOf(1000, 10), ElementsAre(HasSubstr("Wrapper("), HasSubstr("Alpha()")));
}

TEST_F(RecordSites, InlinedFunctionsDoNotHideWhatTheyArePartOf) {
  RecordAtDepth(2, {kProgram, kPlugin});
  EXPECT_THAT(SiteOf(8500, 2).at(1),
              testing::MatchesRegex(".*PartOfInlines.*, inlined in .*Inlines.*"));
}

TEST_F(RecordSites, ALibraryThatIsLoadedLaterAndGoneAtTheEndHasItsPlace) {
  const RecordResult result = RecordAtDepth(2, {kProgram, kPlugin});
  ExpectUntainted(result);
  EXPECT_THAT(SiteOf(7000, 7), ElementsAre(HasSubstr("InAPlugin"),
                                           StartsWith("PluginAllocates (call_sites_plugin.cc:")));
}

TEST_F(RecordSites, AForkedChildHasSitesOfItsOwn) {
  const RecordResult result = RecordAtDepth(2, {kProgram, kPlugin});
  ExpectUntainted(result);
  EXPECT_THAT(SiteOf(6000, 6, "out.1.alt"),
              ElementsAre(HasSubstr("Wrapper("), HasSubstr("InAChild()")));
  EXPECT_THAT(SitesOf(6000), IsEmpty());
}

TEST_F(RecordSites, OneFrameIsTheCallerOfMalloc) {
  RecordAtDepth(1, {kProgram, kPlugin});
  EXPECT_THAT(SiteOf(1000, 10), ElementsAre(HasSubstr("Wrapper(")));
  EXPECT_THAT(SiteOf(7000, 7), ElementsAre(HasSubstr("InAPlugin")));
  // Ten and twenty calls through the same place are one site.
  const ReadTrace trace = Read();
  std::map<std::uint64_t, std::set<std::uint32_t>> by_size;
  for (const Event& event : trace.events) by_size[event.size].insert(event.site);
  EXPECT_EQ(by_size[1000], by_size[2000]);
}

TEST_F(RecordSites, TheDeepestStacksFillChunksToTheirEnd) {
  const RecordResult result = RecordAtDepth(kSiteDepthMax, {kProgram, kPlugin});
  ExpectUntainted(result);
  const std::vector<std::string> site = SiteOf(8000, 3000);
  ASSERT_EQ(site.size(), kSiteDepthMax);
  EXPECT_THAT(site.front(), HasSubstr("Wrapper("));
  EXPECT_THAT(site.back(), HasSubstr("Deep(int)"));
}

// What there is no room for is counted in calls: a call and its site are one.
TEST_F(RecordSites, LostCallsAreCountedOnce) {
  RecordOptions options = Options({kProgram, kPlugin});
  options.site_depth = kSiteDepthMax;
  options.keep_children = false;
  const std::uint64_t all = Record(options).images.front().calls;
  options.max_raw_bytes = 5 * kChunkBytes;
  const ImageSummary less = Record(options).images.front();
  EXPECT_LT(less.calls, all);
  EXPECT_THAT(less.tainted,
              StartsWith(fmt::format("{} calls were not recorded", all - less.calls)));
}

// The busiest sites have the smallest numbers, which take the least room.
TEST_F(RecordSites, TheBusiestSiteIsTheFirst) {
  RecordAtDepth(8, {kProgram, kPlugin});
  const ReadTrace trace = Read();
  std::map<std::uint32_t, int> counts;
  for (const Event& event : trace.events) {
    if (event.site != 0) ++counts[event.site];
  }
  ASSERT_GT(counts.size(), 5u);
  int before = INT32_MAX;
  std::uint32_t number = 1;
  for (const auto& [site, count] : counts) {
    EXPECT_EQ(site, number++);
    EXPECT_LE(count, before);
    before = count;
  }
  EXPECT_EQ(counts.size(), SiteTableFromMetadata(trace.metadata).sites.size());
}

TEST_F(RecordSites, WithoutThemThereAreNone) {
  RecordAtDepth(0, {kProgram, kPlugin});
  const ReadTrace trace = Read();
  for (const Event& event : trace.events) EXPECT_EQ(event.site, 0u);
  EXPECT_EQ(FindMetadata(trace.metadata, "sites"), "");
}

// Recording where calls come from changes no call.
TEST_F(RecordSites, TheCallsAreTheSame) {
  RecordAtDepth(0, {"git", "--version"});
  const ReadTrace without = Read();
  RecordAtDepth(32, {"git", "--version"});
  ReadTrace with = Read();
  for (Event& event : with.events) event.site = 0;
  EXPECT_TRUE(with.events == without.events);
}

// What such a recording must not break: each program tells by its status whether it was.
TEST_F(RecordSites, ProgramsRunAsEver) {
  for (const char* name :
       {"small_stack", "linkers_lock", "forks", "cancelled", "descriptors", "small_thread"}) {
    RecordOptions options = Options({"timeout", "60", kHazards, name});
    options.site_depth = kSiteDepthMax;
    const RecordResult result = Record(options);
    EXPECT_EQ(result.exit_code, 0) << name;
    ExpectUntainted(result);
    EXPECT_FALSE(SitesOf(9000).contains({"none"})) << name;
  }
}

TEST_F(RecordSites, OneLibraryInThePlaceOfAnother) {
  const RecordResult result = RecordAtDepth(3, {kHazards, "place", kPlugin, kOtherPlugin});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(SiteOf(7000, 7),
              ElementsAre(HasSubstr("InAPlugin"), StartsWith("PluginAllocates"), testing::_));
  EXPECT_THAT(SiteOf(7100, 7), ElementsAre(HasSubstr("InTheOtherPlugin"),
                                           StartsWith("PluginAllocates"), HasSubstr("Place")));
}

TEST_F(RecordSites, AProgramRunThroughTheDynamicLinkerIsItself) {
  RecordAtDepth(2, {"/lib64/ld-linux-x86-64.so.2", kProgram, kPlugin});
  EXPECT_THAT(SiteOf(1000, 10), ElementsAre(HasSubstr("Wrapper("), HasSubstr("Alpha()")));
}

}  // namespace
}  // namespace alloclab::recorder
