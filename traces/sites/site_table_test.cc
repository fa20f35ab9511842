// Tables through metadata and back: whole, with every amount of room, and malformed.

#include "traces/sites/site_table.h"

#include <gtest/gtest.h>

#include <random>

#include "traces/metadata.h"
#include "traces/sites/stacks.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

using Random = std::mt19937_64;

std::size_t Below(Random& random, std::size_t bound) { return random() % bound; }

CodeModule RandomModule(Random& random) {
  constexpr char kBytes[] = "/ab +,-?\"\n\xff\0";
  CodeModule module;
  for (std::size_t i = Below(random, 20); i > 0; --i) {
    module.path += kBytes[Below(random, sizeof(kBytes) - 1)];
  }
  for (std::size_t i = Below(random, 3) * 4; i > 0; --i) {
    module.build_id += "0123456789abcdef"[Below(random, 16)];
  }
  return module;
}

// With modules and frames that no site has.
SiteTable RandomTable(Random& random, std::size_t sites) {
  SiteTable table;
  for (std::size_t i = Below(random, 6); i > 0; --i) table.modules.push_back(RandomModule(random));
  for (std::size_t i = 1 + Below(random, 30); i > 0; --i) {
    CodePlace& place = table.frames.emplace_back();
    place.address = Below(random, 20) == 0 ? UINT64_MAX : random() >> Below(random, 64);
    const std::size_t module = Below(random, table.modules.size() + 1);
    if (module > 0) place.module = static_cast<std::uint32_t>(module - 1);
  }
  for (std::size_t i = 0; i < sites; ++i) {
    const bool deep = Below(random, 50) == 0;
    std::vector<std::uint32_t>& stack = table.sites.emplace_back();
    for (std::size_t frames = deep ? SiteTable::kMaxDepth : 1 + Below(random, 8); frames > 0;
         --frames) {
      stack.push_back(static_cast<std::uint32_t>(Below(random, table.frames.size())));
    }
  }
  return table;
}

std::size_t EncodedBytes(const Metadata& metadata) {
  return EncodeMetadata("test", metadata).size();
}

std::size_t EntryBytes(const std::string& key, const std::string& value) {
  return EncodedBytes({{key, value}});
}

SiteTable FirstSites(SiteTable table, std::size_t count) {
  table.sites.resize(count);
  return table;
}

TEST(SiteTable, SurvivesMetadata) {
  const std::uint64_t seed = TestSeed();
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    const SiteTable table = RandomTable(random, Below(random, 100));
    Metadata metadata = {{"program", "p"}};
    EXPECT_EQ(AddSiteTable(table, MetadataRoom(metadata), metadata), table.sites.size());
    const SiteTable again =
        SiteTableFromMetadata(DecodeMetadata("test", 0, EncodeMetadata("test", metadata)));
    ASSERT_EQ(StacksOf(again), StacksOf(table)) << "seed " << seed;
    EXPECT_EQ(FindMetadata(metadata, "sites_lost"), "");
    EXPECT_LE(again.modules.size(), table.modules.size());
    EXPECT_LE(again.frames.size(), table.frames.size());
  }
}

TEST(SiteTable, LeavesOutWhatNoSiteHas) {
  const SiteTable table = {
      .modules = {{"/unused", "00"}, {"/a b", "0f"}, {"/c", ""}},
      .frames = {{0, 1}, {2, 0x10}, {kNoModule, 0xabc}, {1, 0}, {2, 0x11}},
      .sites = {{4, 2}, {2, 3, 4}},
  };
  Metadata metadata;
  EXPECT_EQ(AddSiteTable(table, SIZE_MAX, metadata), 2u);
  const Metadata expected = {{"module", "/c -"},
                             {"module", "/a b 0f"},
                             {"frames", "0+11 ?+abc 1+0"},
                             {"sites", "0,1 1,2,0"}};
  EXPECT_EQ(metadata, expected);
}

TEST(SiteTable, AnEmptyOneAddsNothing) {
  SiteTable table = {.modules = {{"/a", "00"}}, .frames = {{0, 1}}, .sites = {}};
  Metadata metadata;
  EXPECT_EQ(AddSiteTable(table, SIZE_MAX, metadata), 0u);
  EXPECT_EQ(AddSiteTable({}, 0, metadata), 0u);
  EXPECT_TRUE(metadata.empty());
  EXPECT_TRUE(SiteTableFromMetadata(metadata).sites.empty());
}

// For every amount of room, against the lengths of all beginnings.
TEST(SiteTable, KeepsTheLongestBeginningThatFits) {
  const std::uint64_t seed = TestSeed();
  Random random(seed);
  for (int round = 0; round < 10; ++round) {
    const SiteTable table = RandomTable(random, 1 + Below(random, 12));
    const std::size_t count = table.sites.size();
    std::vector<std::size_t> needed;
    for (std::size_t kept = 0; kept <= count; ++kept) {
      Metadata beginning;
      AddSiteTable(FirstSites(table, kept), SIZE_MAX, beginning);
      if (kept < count) beginning.emplace_back("sites_lost", std::to_string(count - kept));
      needed.push_back(EncodedBytes(beginning));
    }
    for (std::size_t bytes = 0; bytes < needed.back() + 40; ++bytes) {
      std::size_t longest = 0;
      for (std::size_t kept = 0; kept <= count; ++kept) {
        if (needed[kept] <= bytes) longest = kept;
      }
      Metadata metadata = {{"program", "p"}};
      const std::size_t before = EncodedBytes(metadata);
      const std::size_t kept = AddSiteTable(table, bytes, metadata);
      ASSERT_EQ(kept, longest) << bytes << " bytes, seed " << seed;
      ASSERT_LE(EncodedBytes(metadata) - before, bytes) << "seed " << seed;
      const bool tells = longest < count && needed[0] <= bytes;
      ASSERT_EQ(FindMetadata(metadata, "sites_lost"), tells ? std::to_string(count - kept) : "");
      const SiteTable first = FirstSites(table, kept);
      ASSERT_EQ(StacksOf(SiteTableFromMetadata(metadata)), StacksOf(first)) << "seed " << seed;
    }
  }
}

TEST(SiteTable, TheLastSiteMayTakeTheRoomOfTellingThatItIsLost) {
  const SiteTable table = {.modules = {}, .frames = {{kNoModule, 1}}, .sites = {{0}, {0}}};
  const std::size_t bytes = EntryBytes("frames", "?+1") + EntryBytes("sites", "0 0");
  Metadata metadata;
  EXPECT_EQ(AddSiteTable(table, bytes, metadata), 2u);
  metadata.clear();
  EXPECT_EQ(AddSiteTable(table, bytes - 1, metadata), 0u);
  EXPECT_EQ(metadata, (Metadata{{"sites_lost", "2"}}));
  metadata.clear();
  EXPECT_EQ(AddSiteTable(table, EntryBytes("sites_lost", "2") - 1, metadata), 0u);
  EXPECT_TRUE(metadata.empty());
}

TEST(SiteTable, FillsAllTheRoomThatMetadataHave) {
  SiteTable table = {.modules = {{"/p", "00"}}, .frames = {}, .sites = {}};
  for (std::uint32_t i = 0; i < 200000; ++i) {
    table.frames.push_back({0, i});
    table.sites.push_back({i, i / 2});
  }
  Metadata metadata = {{"program", "p"}};
  const std::size_t kept = AddSiteTable(table, MetadataRoom(metadata), metadata);
  EXPECT_LT(kept, table.sites.size());
  EXPECT_LT(MetadataRoom(metadata), 40u);
  const SiteTable first = FirstSites(table, kept);
  EXPECT_EQ(StacksOf(SiteTableFromMetadata(DecodeMetadata("t", 0, EncodeMetadata("t", metadata)))),
            StacksOf(first));
}

TEST(SiteTable, ReadsWhatOthersMayWrite) {
  const SiteTable table = SiteTableFromMetadata({{"sites", "01 0,0"},
                                                 {"module", " -"},
                                                 {"frames", "0+FF ?+ffffffffffffffff"},
                                                 {"frames", "not read"},
                                                 {"sites", "not read"}});
  EXPECT_EQ(table.modules, (std::vector<CodeModule>{{"", ""}}));
  EXPECT_EQ(table.frames, (std::vector<CodePlace>{{0, 0xff}, {kNoModule, UINT64_MAX}}));
  EXPECT_EQ(table.sites, (std::vector<std::vector<std::uint32_t>>{{1}, {0, 0}}));
}

std::string Zeros(std::size_t count) {
  std::string text = "0";
  for (std::size_t i = 1; i < count; ++i) text += ",0";
  return text;
}

TEST(SiteTable, RefusesWhatIsMalformedByKeyAndWord) {
  struct Malformed {
    std::string key;
    std::string value;
    std::string says;
  };
  const Malformed all[] = {
      {"module", "", "\"module\", word 1: \"\""},
      {"module", "/q", "\"module\", word 1: \"/q\""},
      {"module", "/q ", "\"module\", word 1: \"/q \""},
      {"module", "/q 0G", "\"module\", word 1: \"/q 0G\""},
      {"frames", "0+0 01", "\"frames\", word 1: \"01\""},
      {"frames", "1+0", "\"frames\", word 0: \"1+0\""},
      {"frames", "4294967295+0", "\"frames\", word 0: \"4294967295+0\""},
      {"frames", "4294967296+0", "\"frames\", word 0: \"4294967296+0\""},
      {"frames", "-1+0", "\"frames\", word 0: \"-1+0\""},
      {"frames", "+0", "\"frames\", word 0: \"+0\""},
      {"frames", "?+", "\"frames\", word 0: \"?+\""},
      {"frames", "?+0x1", "\"frames\", word 0: \"?+0x1\""},
      {"frames", "?+1+1", "\"frames\", word 0: \"?+1+1\""},
      {"frames", "?+10000000000000000", "\"frames\", word 0: \"?+10000000000000000\""},
      {"frames", " 0+0", "\"frames\", word 0: \"\""},
      {"frames", "0+0  0+1", "\"frames\", word 1: \"\""},
      {"frames", "0+0 ", "\"frames\", word 1: \"\""},
      {"frames", " ", "\"frames\", word 0: \"\""},
      {"sites", "0 1", "\"sites\", word 1: \"1\""},
      {"sites", "4294967296", "\"sites\", word 0: \"4294967296\""},
      {"sites", "0,", "\"sites\", word 0: \"0,\""},
      {"sites", ",0", "\"sites\", word 0: \",0\""},
      {"sites", "0,,0", "\"sites\", word 0: \"0,,0\""},
      {"sites", "?", "\"sites\", word 0: \"?\""},
      {"sites", " 0", "\"sites\", word 0: \"\""},
      {"sites", "0  0", "\"sites\", word 1: \"\""},
      {"sites", "0 ", "\"sites\", word 1: \"\""},
      // Of a long word, its beginning.
      {"sites", Zeros(257), "\"sites\", word 0: \"" + Zeros(20) + ",\""},
  };
  for (const Malformed& malformed : all) {
    const Metadata metadata = {
        {"module", "/p 00"}, {malformed.key, malformed.value}, {"frames", "0+0"}, {"sites", "0"}};
    try {
      SiteTableFromMetadata(metadata);
      ADD_FAILURE() << malformed.key << ": " << malformed.value;
    } catch (const TraceError& error) {
      EXPECT_EQ(error.what(),
                "the metadata's table of call sites is malformed: " + malformed.says +
                    "; remove the keys module, frames and sites, and events lose only their call "
                    "sites");
    }
  }
  EXPECT_THROW(SiteTableFromMetadata({{"sites", "0"}}), TraceError);
  EXPECT_EQ(SiteTableFromMetadata({{"frames", "?+0"}, {"sites", Zeros(256)}}).sites[0].size(),
            SiteTable::kMaxDepth);
}

TEST(SiteTable, KnowsItsKeys) {
  for (const char* key : {"module", "frames", "sites", "sites_lost"}) {
    EXPECT_TRUE(IsSiteTableKey(key)) << key;
  }
  for (const char* key : {"", "program", "site", "modules"}) {
    EXPECT_FALSE(IsSiteTableKey(key)) << key;
  }
}

}  // namespace
}  // namespace alloclab
