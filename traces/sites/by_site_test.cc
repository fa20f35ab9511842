// What call sites asked for, against a slow count; and the names of frames, of which some are this
// program's own.

#include "traces/sites/by_site.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "traces/elf_file.h"
#include "traces/event_kind.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/sites/symbolizer.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

// A table of so many sites, all of one frame.
Metadata SitesOfOneFrame(std::size_t count) {
  std::string sites = "0";
  for (std::size_t i = 1; i < count; ++i) sites += " 0";
  return {{"frames", "?+1"}, {"sites", sites}};
}

std::vector<SiteTotals> SlowTotals(const std::vector<Event>& events, std::size_t known_sites) {
  struct Block {
    std::uint32_t site;
    std::uint64_t bytes;
  };
  std::map<std::uint64_t, Block> live;
  std::map<std::uint32_t, SiteTotals> totals;
  std::map<std::uint32_t, std::uint64_t> live_bytes;
  for (const Event& event : events) {
    if (EndsAllocation(event)) {
      const Block block = live.at(event.ref);
      live_bytes[block.site] -= block.bytes;
      live.erase(event.ref);
    }
    if (event.id == kNoAllocation) continue;
    const Block block = {event.site <= known_sites ? event.site : 0,
                         LiveBytes(RequestedBytes(event))};
    live[event.id] = block;
    SiteTotals& site = totals[block.site];
    site.site = block.site;
    site.allocations += 1;
    // Invented sizes may sum up past 2^64; both sides then count modulo that.
    site.bytes_requested += block.bytes;
    const std::uint64_t now = live_bytes[block.site] += block.bytes;
    site.live_bytes_peak = std::max(site.live_bytes_peak, now);
  }
  for (const auto& [id, block] : live) totals[block.site].never_freed += block.bytes;
  std::vector<SiteTotals> sorted;
  for (const auto& [number, site] : totals) sorted.push_back(site);
  std::ranges::sort(sorted, [](const SiteTotals& a, const SiteTotals& b) {
    return a.bytes_requested != b.bytes_requested ? a.bytes_requested > b.bytes_requested
                                                  : a.site < b.site;
  });
  return sorted;
}

TEST(BySite, AgreesWithASlowModel) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, 30000);
  for (const std::size_t known_sites : {1u, 60u, 5000u}) {
    const std::string archive = ArchiveBytes(events, SitesOfOneFrame(known_sites), 1000);
    const SiteSummary summary = SummarizeBySite(*OpenTraceBytes("model.alt", archive));
    EXPECT_EQ(summary.table.sites.size(), known_sites);
    EXPECT_EQ(summary.sites, SlowTotals(events, known_sites)) << "seed " << seed;
  }
}

SiteSummary SummaryOf(const std::string& text) {
  return SummarizeBySite(*OpenTraceBytes("small.txt", "alloclab trace text 1\n" + text));
}

TEST(BySite, AResizeMovesBytesFromSiteToSite) {
  const SiteSummary summary = SummaryOf(
      "# frames: ?+1\n"
      "# sites: 0 0 0\n"
      "0 = malloc 100 s1\n"
      "failed realloc 0 500 s2\n"
      "1 = realloc 0 300 s2\n"
      "2 = malloc 40 s1\n"
      "realloc 1 0 s3\n"
      "3 = realloc 2 7 s1\n");
  const std::vector<SiteTotals> expected = {
      {.site = 2, .allocations = 1, .bytes_requested = 300, .live_bytes_peak = 300},
      {.site = 1,
       .allocations = 3,
       .bytes_requested = 147,
       .live_bytes_peak = 100,
       .never_freed = 7},
  };
  EXPECT_EQ(summary.sites, expected);
}

TEST(BySite, PassesOnWhatTheReaderWarnsOf) {
  std::string cut = ArchiveBytes(RandomEvents(1, 100));
  cut.pop_back();
  const SiteSummary summary = SummarizeBySite(*OpenTraceBytes("cut.alt", cut));
  EXPECT_EQ(summary.warnings.size(), 1u);
  EXPECT_EQ(BySiteToJson(summary, 1)["warnings"].size(), 1u);
}

// An event of a site that the table does not have, and modules that are not there.
const char kSmallTrace[] =
    "# module: /none/lib\\x1bso.1 0a\n"
    "# module: /none/\xff -\n"
    "# frames: ?+7ff0 0+1f 1+20\n"
    "# sites: 0 1,0 2\n"
    "0 = malloc 16 s2\n"
    "1 = malloc 100 s1\n"
    "2 = malloc 20 s4\n"
    "free 1\n"
    "3 = malloc 2 s3\n";

TEST(BySite, PrintsThoseWithTheMostBytes) {
  const SiteSummary summary = SummaryOf(kSmallTrace);
  std::ostringstream page;
  PrintBySite(summary, 3, page);
  EXPECT_EQ(page.str(),
            "4 call sites allocate; the 3 with the most bytes:\n"
            " bytes requested  allocations     live at most      never freed\n"
            "             100            1              100                0\n"
            "        no file+0x7ff0\n"
            "              20            1               20               20\n"
            "        (not known)\n"
            "              16            1               16               16\n"
            "        lib\\x1bso.1+0x1f\n"
            "        no file+0x7ff0\n");
  page.str("");
  PrintBySite(SummaryOf("0 = malloc 1\n"), 3, page);
  EXPECT_EQ(page.str(), "The trace has no call sites; record it again with --sites.\n");
}

TEST(BySite, SaysHowManySitesFoundNoRoom) {
  const SiteSummary summary =
      SummaryOf("# frames: ?+10\n# sites: 0\n# sites_lost: 7\n\n0 = malloc 1 s1\n");
  std::ostringstream page;
  PrintBySite(summary, 3, page);
  EXPECT_NE(page.str().find("note: 7 more call sites found no room"), std::string::npos);
  EXPECT_EQ(BySiteToJson(summary, 3)["sites_lost"], 7);
}

TEST(BySite, JsonSaysTheSame) {
  const nlohmann::json json = BySiteToJson(SummaryOf(kSmallTrace), 9);
  EXPECT_EQ(json["call_sites"], 4);
  EXPECT_EQ(json["note"], "");
  EXPECT_EQ(json["warnings"], nlohmann::json::array());
  ASSERT_EQ(json["sites"].size(), 4u);
  EXPECT_EQ(json["sites"][0], (nlohmann::json{{"site", 1},
                                              {"allocations", 1},
                                              {"bytes_requested", 100},
                                              {"live_bytes_peak", 100},
                                              {"never_freed_bytes", 0},
                                              {"frames", {"no file+0x7ff0"}}}));
  EXPECT_EQ(json["sites"][1]["frames"], (nlohmann::json{"(not known)"}));
  EXPECT_EQ(json["sites"][2]["frames"], (nlohmann::json{"lib\x1bso.1+0x1f", "no file+0x7ff0"}));
  EXPECT_EQ(json["sites"][3]["frames"], (nlohmann::json{"\xff+0x20"}));
  EXPECT_EQ(BySiteToJson(SummaryOf(kSmallTrace), 1)["sites"].size(), 1u);
  EXPECT_EQ(BySiteToJson(SummaryOf("0 = malloc 1\n"), 1)["sites"][0]["site"], 0);
}

[[gnu::noinline]] int Landmark(int number) { return number * 3 + 1; }

// This program, and the address that its file gives to Landmark().
CodeModule ThisProgram() {
  const std::string path = std::filesystem::read_symlink("/proc/self/exe").string();
  return {path, ElfFile(path).BuildId()};
}

std::uint64_t LandmarkAddress() {
  const void* landmark = reinterpret_cast<const void*>(&Landmark);
  Dl_info info = {};
  void* map = nullptr;
  EXPECT_NE(dladdr1(landmark, &info, &map, RTLD_DL_LINKMAP), 0);
  return reinterpret_cast<std::uintptr_t>(landmark) - static_cast<const link_map*>(map)->l_addr;
}

// The name of Landmark() if it were in this module, and what one of this program behind it is
// called, so that no answer is taken for another's.
std::string NameIn(const CodeModule& module) {
  SiteTable table;
  table.modules = {module, ThisProgram()};
  table.frames = {{0, LandmarkAddress()}, {1, LandmarkAddress()}};
  const FrameNames named = NameFrames(table, {0, 1});
  EXPECT_EQ(named.names.size(), 2u);
  EXPECT_NE(named.names[1].find("Landmark(int)"), std::string::npos) << named.names[1];
  EXPECT_EQ(named.note, "");
  return named.names[0];
}

std::string PlainName(const std::string& file) {
  std::ostringstream name;
  name << file << "+0x" << std::hex << LandmarkAddress();
  return name.str();
}

TEST(Symbolizer, NamesAFunctionOfThisProgram) {
  EXPECT_EQ(Landmark(1), 4);
  ASSERT_NE(ThisProgram().build_id, "");
  EXPECT_NE(NameIn(ThisProgram()).find("Landmark(int)"), std::string::npos);
  // Also on the page.
  std::ostringstream text;
  text << "# module: " << ThisProgram().path << " " << ThisProgram().build_id << "\n# frames: 0+"
       << std::hex << LandmarkAddress() << "\n# sites: 0\n0 = malloc 1 s1\n";
  std::ostringstream page;
  PrintBySite(SummaryOf(text.str()), 1, page);
  EXPECT_NE(page.str().find("Landmark(int)"), std::string::npos) << page.str();
}

TEST(Symbolizer, AnotherBuildNamesNothing) {
  CodeModule module = ThisProgram();
  const std::string file = std::filesystem::path(module.path).filename().string();
  module.build_id.back() = module.build_id.back() == '0' ? '1' : '0';
  EXPECT_EQ(NameIn(module), PlainName(file));
  module.build_id = "";
  EXPECT_EQ(NameIn(module), PlainName(file));
}

TEST(Symbolizer, AsksOnlyAboutFilesWithPlainNames) {
  const CodeModule self = ThisProgram();
  const std::string folder = TemporaryPath("modules");
  std::filesystem::create_directory(folder);
  EXPECT_EQ(NameIn({folder + "/missing", self.build_id}), PlainName("missing"));
  EXPECT_EQ(NameIn({folder, self.build_id}), PlainName("modules"));
  EXPECT_EQ(NameIn({"", self.build_id}), PlainName(""));
  // Opening it would not return.
  ASSERT_EQ(mkfifo((folder + "/fifo").c_str(), 0600), 0);
  EXPECT_EQ(NameIn({folder + "/fifo", self.build_id}), PlainName("fifo"));
  // It would be this program, but for its end.
  const std::string with_zero("\0behind", 7);
  EXPECT_EQ(NameIn({self.path + with_zero, self.build_id}),
            PlainName(std::filesystem::path(self.path).filename().string() + with_zero));
  for (const char* name : {"quo\"ted", "two\nlines"}) {
    std::filesystem::create_symlink(self.path, folder + "/" + name);
    EXPECT_EQ(NameIn({folder + "/" + name, self.build_id}), PlainName(name));
  }
  // A question about it would be longer than the symbolizer reads at once.
  std::string deep = folder;
  for (int i = 0; i < 5; ++i) deep += "/" + std::string(200, 'd');
  std::filesystem::create_directories(deep);
  std::filesystem::create_symlink(self.path, deep + "/deep");
  EXPECT_EQ(NameIn({deep + "/deep", self.build_id}), PlainName("deep"));
  std::filesystem::create_symlink(self.path, folder + "/with blank");
  EXPECT_NE(NameIn({folder + "/with blank", self.build_id}).find("Landmark(int)"),
            std::string::npos);
}

// A name that would be taken for another file and an address.
TEST(Symbolizer, NoNameAsksAnotherQuestion) {
  const CodeModule self = ThisProgram();
  const std::string folder = TemporaryPath("questions");
  std::filesystem::create_directory(folder);
  std::ostringstream name;
  name << "q\" 0x" << std::hex << LandmarkAddress() << " ";
  for (const std::string& file : {std::string("q"), name.str()}) {
    std::filesystem::create_symlink(self.path, folder + "/" + file);
  }
  EXPECT_EQ(NameIn({folder + "/" + name.str(), self.build_id}), PlainName(name.str()));
}

// Nor is it missed when there is nothing to ask.
TEST(Symbolizer, IsMissedInANote) {
  const std::string path = getenv("PATH");
  ASSERT_EQ(setenv("PATH", TemporaryPath("no_programs").c_str(), 1), 0);
  const SiteTable table = {
      .modules = {ThisProgram()}, .frames = {{0, LandmarkAddress()}}, .sites = {}};
  const FrameNames named = NameFrames(table, {0});
  const FrameNames none = NameFrames(table, {});
  ASSERT_EQ(setenv("PATH", path.c_str(), 1), 0);
  EXPECT_TRUE(none.names.empty());
  EXPECT_EQ(none.note, "");
  EXPECT_EQ(named.note, "frames have no names, for llvm-symbolizer cannot be run; install llvm-19");
  EXPECT_EQ(named.names, (std::vector<std::string>{PlainName(
                             std::filesystem::path(ThisProgram().path).filename().string())}));
}

}  // namespace
}  // namespace alloclab
