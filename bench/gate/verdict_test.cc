// Figures in, verdict out: known answers at each margin, on either side of it.

#include "bench/gate/verdict.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/gate/report.h"
#include "bench/process/compare_error.h"

namespace alloclab::gate {
namespace {

using Json = nlohmann::ordered_json;

// One cell as `counts` writes it: 20 instructions an operation beyond the floor's 5.
Json Cell(const std::string& variant, const std::string& trace) {
  return {{"trace", trace},
          {"allocator", variant},
          {"reason", ""},
          {"operations", 1000},
          {"instructions", 25000},
          {"floor_instructions", 5000},
          {"d1_misses", 2000},
          {"floor_d1_misses", 1900},
          {"ll_misses", 1000},
          {"floor_ll_misses", 900},
          {"live_bytes_peak", 1000000},
          {"held_bytes_peak", 1500000},
          {"held_bytes_at_end", 262144}};
}

Json Report(const std::vector<Json>& cells) {
  Json report = {{"format", "alloclab-counts"},
                 {"version", 1},
                 {"variants", {"bump", "slab", "system"}},
                 {"conditions", {{"counted_events", 20000}, {"i1", "32768,8,64"}}}};
  report["cells"] = cells;
  return report;
}

TreeFigures Read(const Json& report) { return ReadFigures(report.dump(), "the tree"); }

Verdict JudgeOne(const Json& before, const Json& after, const Margins& margins = {}) {
  return Judge(Read(Report({before})), Read(Report({after})), {before["allocator"]}, margins);
}

// What becomes of the cell's only judgement when `field` goes from one value to another.
Change ChangeOf(const std::string& field, double before, double after,
                const Margins& margins = {}) {
  Json was = Cell("slab", "git"), is = was;
  was[field] = before;
  is[field] = after;
  const Verdict verdict = JudgeOne(was, is, margins);
  if (!verdict.findings.empty()) {
    EXPECT_EQ(verdict.findings.size(), 1u);
    EXPECT_EQ(verdict.equal, 4u);
    return verdict.findings[0].change;
  }
  return verdict.within == 1 ? Change::kWithin : Change::kEqual;
}

TEST(Verdict, EqualFiguresPass) {
  const Verdict verdict = JudgeOne(Cell("slab", "git"), Cell("slab", "git"));
  EXPECT_TRUE(verdict.passed());
  EXPECT_EQ(verdict.equal, 5u);
  EXPECT_EQ(verdict.within, 0u);
  EXPECT_TRUE(verdict.findings.empty());
  EXPECT_TRUE(verdict.not_compared.empty());
}

// 2 % of 20 is 0.4 instructions, less than the least change; of 100 it is 2.
TEST(Verdict, InstructionsAreThoseBeyondTheFloor) {
  EXPECT_EQ(ChangeOf("instructions", 25000, 25500), Change::kWithin);
  EXPECT_EQ(ChangeOf("instructions", 25000, 25501), Change::kWorse);
  EXPECT_EQ(ChangeOf("instructions", 25501, 25000), Change::kBetter);
  EXPECT_EQ(ChangeOf("instructions", 105000, 107000), Change::kWithin);
  EXPECT_EQ(ChangeOf("instructions", 105000, 107001), Change::kWorse);
  EXPECT_EQ(ChangeOf("instructions", 107001, 105000), Change::kBetter);
  // The same 2000 beside a floor that is most of the figure.
  Json was = Cell("slab", "git"), is = was;
  was["floor_instructions"] = is["floor_instructions"] = 300000;
  was["instructions"] = 350000;
  is["instructions"] = 352000;
  EXPECT_EQ(JudgeOne(was, is).findings.at(0).change, Change::kWorse);
  // The loop itself, and with it the floor, got longer: the allocator did not.
  is["instructions"] = 360000;
  is["floor_instructions"] = 310000;
  EXPECT_TRUE(JudgeOne(was, is).findings.empty());
  // Below the floor there are no shares; half an instruction still tells.
  EXPECT_EQ(ChangeOf("instructions", 4000, 4500), Change::kWithin);
  EXPECT_EQ(ChangeOf("instructions", 4000, 4501), Change::kWorse);
}

TEST(Verdict, MissesHaveTheirMargins) {
  EXPECT_EQ(ChangeOf("d1_misses", 2000, 2100), Change::kWithin);
  EXPECT_EQ(ChangeOf("d1_misses", 2000, 2101), Change::kWorse);
  EXPECT_EQ(ChangeOf("d1_misses", 2101, 2000), Change::kBetter);
  EXPECT_EQ(ChangeOf("ll_misses", 1000, 1050), Change::kWithin);
  EXPECT_EQ(ChangeOf("ll_misses", 1000, 1051), Change::kWorse);
  EXPECT_EQ(ChangeOf("ll_misses", 100, 150), Change::kWithin) << "less than one in twenty";
  EXPECT_EQ(ChangeOf("ll_misses", 100, 151), Change::kWorse);
}

TEST(Verdict, HeldOverLiveHasItsMargin) {
  EXPECT_EQ(ChangeOf("held_bytes_peak", 1500000, 1500001), Change::kWithin);
  EXPECT_EQ(ChangeOf("held_bytes_peak", 1500000, 1529999), Change::kWithin);
  EXPECT_EQ(ChangeOf("held_bytes_peak", 1500000, 1530100), Change::kWorse);
  EXPECT_EQ(ChangeOf("held_bytes_peak", 1530100, 1500000), Change::kBetter);
}

TEST(Verdict, AGranuleMayBeHeldAtTheEnd) {
  EXPECT_EQ(ChangeOf("held_bytes_at_end", 0, 262144), Change::kWithin);
  EXPECT_EQ(ChangeOf("held_bytes_at_end", 0, 262145), Change::kWorse);
  EXPECT_EQ(ChangeOf("held_bytes_at_end", 1 << 24, (1 << 24) + 262145), Change::kWorse);
  EXPECT_EQ(ChangeOf("held_bytes_at_end", 1 << 24, 0), Change::kBetter);
}

TEST(Verdict, MarginsAreThoseThatAreGiven) {
  const Margins strict = {.instructions = 0.001,
                          .d1_misses = 0.3,
                          .ll_misses = 0.5,
                          .held_over_live_peak = 0,
                          .held_bytes_at_end = 0};
  EXPECT_EQ(ChangeOf("instructions", 1005000, 1006001, strict), Change::kWorse);
  EXPECT_EQ(ChangeOf("instructions", 1005000, 1006000, strict), Change::kWithin);
  EXPECT_EQ(ChangeOf("d1_misses", 2000, 2600, strict), Change::kWithin);
  EXPECT_EQ(ChangeOf("d1_misses", 2000, 2601, strict), Change::kWorse);
  EXPECT_EQ(ChangeOf("ll_misses", 1000, 1500, strict), Change::kWithin);
  EXPECT_EQ(ChangeOf("ll_misses", 1000, 1501, strict), Change::kWorse);
  EXPECT_EQ(ChangeOf("held_bytes_peak", 1500000, 1500001, strict), Change::kWorse);
  EXPECT_EQ(ChangeOf("held_bytes_at_end", 0, 1, strict), Change::kWorse);
}

// Whatever is worse one way is better the other way.
TEST(Verdict, UndoingAChangeIsJudgedAlike) {
  std::mt19937_64 random(20261127);
  for (int i = 0; i < 10000; ++i) {
    const double before = static_cast<double>(random() % 2000) / 10 - 20;
    const double after = before + static_cast<double>(random() % 200) / 50 - 2;
    const Change there = Compare(before, after, 0.02, 0.5);
    const Change back = Compare(after, before, 0.02, 0.5);
    EXPECT_EQ(there == Change::kWorse, back == Change::kBetter) << before << " " << after;
    EXPECT_EQ(there == Change::kWithin, back == Change::kWithin) << before << " " << after;
    EXPECT_EQ(there == Change::kEqual, before == after);
  }
}

TEST(Verdict, ACellThatFailsNowIsWorse) {
  Json failed = Cell("slab", "git");
  failed["reason"] = "it crashed";
  const Verdict worse = JudgeOne(Cell("slab", "git"), failed);
  EXPECT_FALSE(worse.passed());
  ASSERT_EQ(worse.findings.size(), 1u);
  EXPECT_EQ(worse.findings[0].figure, "runs");
  EXPECT_EQ(worse.findings[0].reason, "it crashed");
  const Verdict better = JudgeOne(failed, Cell("slab", "git"));
  EXPECT_TRUE(better.passed());
  EXPECT_EQ(better.Count(Change::kBetter), 1u);
  const Verdict both = JudgeOne(failed, failed);
  EXPECT_EQ(both.not_compared, std::vector<std::string>{"slab on git"});
}

TEST(Verdict, OnlyTheVariantsAskedForAreJudged) {
  Json worse = Cell("bump", "git");
  worse["instructions"] = 99000;
  const TreeFigures before =
      Read(Report({Cell("slab", "git"), Cell("slab", "gcc"), Cell("bump", "git")}));
  const TreeFigures after = Read(Report({Cell("slab", "git"), worse, Cell("bump", "jq")}));
  EXPECT_TRUE(Judge(before, after, {"slab"}, {}).passed());
  const Verdict all = Judge(before, after, {"bump", "slab"}, {});
  EXPECT_FALSE(all.passed());
  ASSERT_EQ(all.findings.size(), 1u);
  EXPECT_EQ(all.findings[0].variant, "bump");
  EXPECT_EQ(all.findings[0].trace, "git");
  EXPECT_DOUBLE_EQ(all.findings[0].before, 20);
  EXPECT_DOUBLE_EQ(all.findings[0].after, 94);
  EXPECT_EQ(all.not_compared,
            (std::vector<std::string>{"bump on gcc", "bump on jq", "slab on gcc", "slab on jq"}));
}

// What one tree alone has is not judged; what a trace has not (bytes live) makes no ratio.
TEST(Verdict, FiguresThatAreMissingAreNotJudged) {
  Json without = Cell("slab", "git");
  without.erase("held_bytes_at_end");
  without["live_bytes_peak"] = 0;
  const Verdict verdict = JudgeOne(Cell("slab", "git"), without);
  EXPECT_EQ(verdict.equal, 3u);
  EXPECT_TRUE(verdict.passed());
  const std::vector<std::string> missing = {"slab on git, held_over_live_peak",
                                            "slab on git, held_bytes_at_end"};
  EXPECT_EQ(verdict.not_compared, missing);
  EXPECT_EQ(JudgeOne(without, Cell("slab", "git")).not_compared, missing);
  EXPECT_EQ(JudgeOne(without, without).not_compared, std::vector<std::string>());
}

// The figures of a later version might go by other names.
TEST(Verdict, NothingComparedIsNotPassed) {
  const Json bare = {{"trace", "git"}, {"allocator", "slab"}, {"reason", ""}};
  const Verdict missing = JudgeOne(bare, Cell("slab", "git"));
  EXPECT_EQ(missing.compared(), 0u);
  EXPECT_EQ(missing.not_compared.size(), 5u);
  Json failed = Cell("slab", "git");
  failed["reason"] = "it crashed";
  for (const Verdict& verdict : {missing, JudgeOne(bare, bare), JudgeOne(failed, failed)}) {
    EXPECT_FALSE(verdict.passed());
    GateResult result;
    result.verdict = verdict;
    EXPECT_NE(GateText(result, false).find("FAILED: nothing could be compared\n"),
              std::string::npos);
    EXPECT_EQ(GateText(result, false).find("passed"), std::string::npos);
    EXPECT_EQ(GateJson(result)["verdict"], "failed");
  }
}

std::string WhyNotRead(const std::string& text) {
  try {
    ReadFigures(text, "v1.0");
  } catch (const CompareError& error) {
    return error.what();
  }
  return "";
}

TEST(Figures, AreReadWithVariantsAndConditions) {
  const TreeFigures figures = Read(Report({Cell("slab", "git")}));
  EXPECT_EQ(figures.variants, (std::vector<std::string>{"bump", "slab", "system"}));
  EXPECT_EQ(figures.conditions.at("counted_events"), "20000");
  EXPECT_EQ(figures.conditions.at("i1"), "32768,8,64");
  const CellFigures& cell = figures.cells.at({"slab", "git"});
  EXPECT_EQ(cell.instructions_per_op, 20.0);
  EXPECT_EQ(cell.d1_misses_per_op, 2.0);
  EXPECT_EQ(cell.ll_misses_per_op, 1.0);
  EXPECT_EQ(cell.held_over_live_peak, 1.5);
  EXPECT_EQ(cell.held_bytes_at_end, 262144.0);
  EXPECT_FALSE(cell.ns_per_op.has_value());
}

TEST(Figures, OfAnotherVersionAreRefusedByName) {
  Json report = Report({});
  report["version"] = 2;
  EXPECT_NE(WhyNotRead(report.dump())
                .find("figures of v1.0 are of version 2, and this gate reads version 1"),
            std::string::npos);
  report["version"] = 1;
  report["format"] = "alloclab-trace";
  for (const std::string& text :
       {report.dump(), std::string(""), std::string("{}"), std::string("[1"), std::string("7")}) {
    EXPECT_NE(WhyNotRead(text).find("not what gate reads"), std::string::npos) << text;
  }
  report["format"] = "alloclab-counts";
  report["cells"] = {{{"trace", 5}}};
  EXPECT_NE(WhyNotRead(report.dump()), "");
  // What a later revision adds is no matter.
  report["cells"] = Json::array();
  report["colour"] = "red";
  EXPECT_EQ(WhyNotRead(report.dump()), "");
}

TreeFigures TimesOf(double slab, double system) {
  Json one = Cell("slab", "git"), two = Cell("system", "git");
  one["ns_per_op"] = slab;
  two["ns_per_op"] = system;
  return Read(Report({one, two}));
}

// Eight blocks; the present slab takes `ratio` times as long, and system is `noise` off itself.
const TimeAdvice AdviceFor(double ratio, double noise) {
  Times times;
  for (int block = 0; block < 8; ++block) {
    const double spell = 1 + 0.3 * block;  // a slow machine is slow for both
    const double jitter = block % 2 == 0 ? 1.001 : 0.999;
    times.AddBlock(TimesOf(10 * spell, 20 * spell),
                   TimesOf(10 * spell * ratio * jitter, 20 * spell * noise * jitter));
  }
  const std::vector<TimeAdvice> advice = times.Advice();
  EXPECT_EQ(advice.size(), 2u);
  EXPECT_EQ(advice[0].variant, "slab");
  EXPECT_EQ(advice[0].ratio.blocks, 8u);
  EXPECT_NEAR(advice[0].ratio.median, ratio, 0.01);
  return advice[0];
}

TEST(Times, AreOfThePresentOverTheBaseline) {
  EXPECT_EQ(AdviceFor(1.2, 1.001).standing, Standing::kSlower);
  EXPECT_EQ(AdviceFor(0.8, 1.001).standing, Standing::kFaster);
  EXPECT_EQ(AdviceFor(1.0, 1.001).standing, Standing::kSame);
  EXPECT_EQ(AdviceFor(1.2, 1.5).standing, Standing::kUnresolved) << "system was as far from itself";
}

// Whoever could not run cannot tell how loud it was.
TEST(Times, WithoutTheControlNothingIsResolved) {
  Times times;
  for (int block = 0; block < 8; ++block) {
    TreeFigures before = TimesOf(10, 20), after = TimesOf(20, 20);
    (block % 2 == 0 ? before : after).cells.erase({kControl, "git"});
    times.AddBlock(before, after);
  }
  const std::vector<TimeAdvice> advice = times.Advice();
  ASSERT_EQ(advice.size(), 1u);
  EXPECT_EQ(advice[0].ratio.blocks, 8u);
  EXPECT_EQ(advice[0].standing, Standing::kUnresolved);
  EXPECT_EQ(advice[0].blocks_needed, 0u);
}

TEST(Times, ABlockThatOneCouldNotRunIsLeftOut) {
  Times times;
  const TreeFigures without = Read(Report({Cell("slab", "git")}));
  times.AddBlock(TimesOf(10, 20), TimesOf(11, 20));
  times.AddBlock(without, TimesOf(500, 20));
  times.AddBlock(TimesOf(500, 20), without);
  times.AddBlock(TimesOf(20, 20), TimesOf(22, 20));
  const std::vector<TimeAdvice> advice = times.Advice();
  EXPECT_EQ(advice[0].ratio.blocks, 2u);
  EXPECT_NEAR(advice[0].ratio.median, 1.1, 1e-9);
}

GateResult Result() {
  Json slower = Cell("slab", "git"), leaner = Cell("bump", "git"), broken = Cell("bump", "jq");
  slower["instructions"] = 30000;
  leaner["held_bytes_peak"] = 1200000;
  broken["reason"] = "it crashed";
  GateResult result;
  result.revision = "main";
  result.commit = "0123456789abcdef0123456789abcdef01234567";
  result.variants = {"bump", "slab"};
  result.only_present = {"novel"};
  result.traces = {"git", "jq"};
  result.counted_events = 20000;
  result.blocks = 6;
  result.verdict =
      Judge(Read(Report({Cell("slab", "git"), Cell("bump", "git"), Cell("bump", "jq"),
                         Cell("slab", "jq")})),
            Read(Report({slower, leaner, broken, Cell("slab", "jq")})), result.variants, {});
  result.times = {{"slab", "git", {1.2, {1.1, 1.3}, 6}, Standing::kSlower, 0},
                  {"bump", "git", {1.0, {0.9, 1.1}, 6}, Standing::kUnresolved, 40},
                  {"system", "git", {1.0, {0.99, 1.01}, 6}, Standing::kSame, 0}};
  return result;
}

TEST(GateReport, TextShowsWhatChangedAndCountsTheRest) {
  const std::string text = GateText(Result(), false);
  for (const char* line :
       {"baseline main (0123456789ab): 2 variants, 2 traces; instructions and misses of the first "
        "20000 events, memory of all events\n",
        "\nworse\n", "\nbetter\n",
        "slab               git                instructions_per_op          20.000       25.000    "
        "+25.0 %   margin 2 %\n",
        "bump               git                held_over_live_peak           1.500        1.200    "
        "-20.0 %   margin 2 %\n",
        "bump               jq                 fails now: it crashed\n",
        "present over baseline in 6 blocks (95 % interval). 0 rows are the same, 1 not resolved.\n",
        "slab               git                slower   1.200 (1.100-1.300)\n",
        "only in the present tree, not compared: novel\n",
        "13 figures are equal, 0 differ within their margins, 1 are better.\n",
        "FAILED: 2 figures are worse\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nis not in\n" << text;
  }
  EXPECT_LT(text.find("fails now"), text.find("\nbetter\n"));
  EXPECT_LT(text.find("\nbetter\n"), text.find("held_over_live_peak"));
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(GateText(Result(), true).find("\033[31mslab"), std::string::npos);
  EXPECT_NE(GateText(Result(), true).find("\033[32mbump"), std::string::npos);
}

// Of five blocks and fewer what is shown is their range.
TEST(GateReport, FewBlocksHaveNoInterval) {
  for (const auto& [blocks, words] : std::vector<std::pair<std::size_t, const char*>>{
           {6, "in 6 blocks (95 % interval)."},
           {5, "in 5 blocks (their range: an interval needs 6)."},
           {1, "in 1 block (their range: an interval needs 6)."}}) {
    GateResult result = Result();
    result.blocks = blocks;
    EXPECT_NE(GateText(result, false).find(words), std::string::npos) << GateText(result, false);
  }
}

TEST(GateReport, TextOfNothingWorseSaysSo) {
  GateResult result = Result();
  result.verdict = JudgeOne(Cell("slab", "git"), Cell("slab", "git"));
  result.times.clear();
  const std::string text = GateText(result, true);
  EXPECT_NE(text.find("5 figures are equal, 0 differ within their margins, 0 are better.\npassed: "
                      "nothing is worse\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("worse\n\n"), std::string::npos);
  EXPECT_EQ(text.find("Time"), std::string::npos);
}

TEST(GateReport, JsonHasAllOfIt) {
  const Json json = GateJson(Result());
  EXPECT_EQ(json["format"], "alloclab-gate");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["verdict"], "failed");
  EXPECT_EQ(json["baseline"], Json({{"revision", "main"}, {"commit", Result().commit}}));
  EXPECT_EQ(json["equal"], 13);
  EXPECT_EQ(json["margins"]["held_bytes_at_end"], 262144.0);
  const Json worse = {
      {{"variant", "bump"}, {"trace", "jq"}, {"figure", "runs"}, {"reason", "it crashed"}},
      {{"variant", "slab"},
       {"trace", "git"},
       {"figure", "instructions_per_op"},
       {"before", 20.0},
       {"after", 25.0},
       {"margin", "2 %"}}};
  EXPECT_EQ(json["worse"], worse);
  EXPECT_EQ(json["better"].size(), 1u);
  EXPECT_EQ(json["times"].size(), 3u);
  EXPECT_EQ(json["times"][1]["blocks_needed"], 40);
  GateResult fine = Result();
  fine.verdict = {.findings = {}, .equal = 1, .within = 0, .not_compared = {}};
  EXPECT_EQ(GateJson(fine)["verdict"], "passed");
}

}  // namespace
}  // namespace alloclab::gate
