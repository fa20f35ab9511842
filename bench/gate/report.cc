#include "bench/gate/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace alloclab::gate {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kColumns = "{:<18} {:<18} {:<22} {:>12} {:>12} {:>10}   {}\n";
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kPlain = "\033[0m";

std::string Value(double value) {
  return std::abs(value) >= 1e4 ? fmt::format("{:.0f}", value) : fmt::format("{:.3f}", value);
}

// "+12.3 %", where there is something to be a share of.
std::string ChangeText(const Finding& finding) {
  if (finding.before <= 0) return fmt::format("{:+.3g}", finding.after - finding.before);
  return fmt::format("{:+.1f} %", 100 * (finding.after / finding.before - 1));
}

std::string Row(const Finding& finding) {
  if (finding.figure == "runs") {
    return fmt::format("{:<18} {:<18} {}: {}\n", finding.variant, finding.trace,
                       finding.change == Change::kWorse ? "fails now" : "no longer fails",
                       finding.reason);
  }
  return fmt::format(kColumns, finding.variant, finding.trace, finding.figure,
                     Value(finding.before), Value(finding.after), ChangeText(finding),
                     "margin " + finding.margin);
}

std::string Findings(const Verdict& verdict, Change change, std::string_view title,
                     std::string_view escape) {
  if (verdict.Count(change) == 0) return "";
  std::string text = fmt::format("\n{}\n", title);
  text += fmt::format(kColumns, "variant", "trace", "figure", "before", "after", "change", "");
  while (text.ends_with(" \n")) text.erase(text.size() - 2, 1);
  for (const Finding& finding : verdict.findings) {
    if (finding.change != change) continue;
    const std::string row = Row(finding);
    text += escape.empty() ? row
                           : fmt::format("{}{}{}\n", escape, row.substr(0, row.size() - 1), kPlain);
  }
  return text;
}

bool IsDifferent(const TimeAdvice& advice) {
  return advice.standing == Standing::kFaster || advice.standing == Standing::kSlower;
}

std::string TimeText(const GateResult& result) {
  if (result.times.empty()) return "";
  std::size_t same = 0, unresolved = 0;
  std::string rows;
  for (const TimeAdvice& advice : result.times) {
    if (advice.variant == kControl) continue;
    if (advice.standing == Standing::kSame) ++same;
    if (advice.standing == Standing::kUnresolved) ++unresolved;
    if (!IsDifferent(advice)) continue;
    rows += fmt::format("{:<18} {:<18} {:<8} {:.3f} ({:.3f}-{:.3f})\n", advice.variant,
                        advice.trace, StandingName(advice.standing), advice.ratio.median,
                        advice.ratio.interval.low, advice.ratio.interval.high);
  }
  const std::string interval = result.blocks >= kLeastBlocks
                                   ? "95 % interval"
                                   : fmt::format("their range: an interval needs {}", kLeastBlocks);
  return fmt::format(
      "\nTime, as advice: present over baseline in {} block{} ({}). {} rows are the same, {} not "
      "resolved.\n{}",
      result.blocks, result.blocks == 1 ? "" : "s", interval, same, unresolved, rows);
}

std::string Notes(const GateResult& result) {
  std::string text;
  const auto note = [&text](const char* what, const std::vector<std::string>& names) {
    if (!names.empty()) text += fmt::format("{}: {}\n", what, fmt::join(names, ", "));
  };
  note("only in the baseline, not compared", result.only_baseline);
  note("only in the present tree, not compared", result.only_present);
  note("not compared, because they fail in both trees or are missing in one",
       result.verdict.not_compared);
  return text;
}

std::string Events(std::uint64_t events) {
  return events == 0 ? "all events" : fmt::format("the first {} events", events);
}

Json FindingJson(const Finding& finding) {
  Json json = {{"variant", finding.variant}, {"trace", finding.trace}, {"figure", finding.figure}};
  if (finding.figure == "runs") {
    json["reason"] = finding.reason;
  } else {
    json["before"] = finding.before;
    json["after"] = finding.after;
    json["margin"] = finding.margin;
  }
  return json;
}

Json TimeJson(const TimeAdvice& advice) {
  Json json = {{"variant", advice.variant},
               {"trace", advice.trace},
               {"ratio", advice.ratio.median},
               {"ratio_interval", {advice.ratio.interval.low, advice.ratio.interval.high}},
               {"blocks", advice.ratio.blocks},
               {"standing", StandingName(advice.standing)}};
  if (advice.standing == Standing::kUnresolved) {
    json["blocks_needed"] = nullptr;
    if (advice.blocks_needed > 0) json["blocks_needed"] = advice.blocks_needed;
  }
  return json;
}

}  // namespace

std::string GateText(const GateResult& result, bool colour) {
  const Verdict& verdict = result.verdict;
  const auto escape = [colour](std::string_view text) {
    return colour ? text : std::string_view();
  };
  std::string text = fmt::format(
      "baseline {} ({}): {} variants, {} traces; instructions and misses of {}, memory of {}\n",
      result.revision, result.commit.substr(0, 12), result.variants.size(), result.traces.size(),
      Events(result.counted_events), Events(result.memory_events));
  text += Findings(verdict, Change::kWorse, "worse", escape(kRed));
  text += Findings(verdict, Change::kBetter, "better", escape(kGreen));
  text += TimeText(result);
  text += "\n" + Notes(result);
  const std::size_t worse = verdict.Count(Change::kWorse);
  text += fmt::format("{} figures are equal, {} differ within their margins, {} are better.\n",
                      verdict.equal, verdict.within, verdict.Count(Change::kBetter));
  text += verdict.compared() == 0 ? "FAILED: nothing could be compared\n"
          : worse == 0
              ? "passed: nothing is worse\n"
              : fmt::format("FAILED: {} figure{} worse\n", worse, worse == 1 ? " is" : "s are");
  return text;
}

Json GateJson(const GateResult& result) {
  const Verdict& verdict = result.verdict;
  Json json = {{"format", "alloclab-gate"},
               {"version", 1},
               {"verdict", verdict.passed() ? "passed" : "failed"},
               {"baseline", {{"revision", result.revision}, {"commit", result.commit}}},
               {"variants", result.variants},
               {"only_baseline", result.only_baseline},
               {"only_present", result.only_present},
               {"traces", result.traces},
               {"counted_events", result.counted_events},
               {"memory_events", result.memory_events},
               {"margins",
                {{"instructions_share", result.margins.instructions},
                 {"d1_misses_share", result.margins.d1_misses},
                 {"ll_misses_share", result.margins.ll_misses},
                 {"held_over_live_peak_share", result.margins.held_over_live_peak},
                 {"held_bytes_at_end", result.margins.held_bytes_at_end}}},
               {"equal", verdict.equal},
               {"within", verdict.within},
               {"worse", Json::array()},
               {"better", Json::array()},
               {"not_compared", verdict.not_compared},
               {"blocks", result.blocks},
               {"times", Json::array()}};
  for (const Finding& finding : verdict.findings) {
    json[finding.change == Change::kWorse ? "worse" : "better"].push_back(FindingJson(finding));
  }
  for (const TimeAdvice& advice : result.times) json["times"].push_back(TimeJson(advice));
  return json;
}

}  // namespace alloclab::gate
