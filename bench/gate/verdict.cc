#include "bench/gate/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace alloclab::gate {
namespace {

// One figure, and what it must exceed.
struct Rule {
  std::string_view figure;
  std::optional<double> CellFigures::* value;
  double share;
  double least;
  std::string margin;
};

std::string Percent(double share) { return fmt::format("{:g} %", 100 * share); }

std::vector<Rule> Rules(const Margins& margins) {
  const auto share = [](std::string_view figure, std::optional<double> CellFigures::* value,
                        double most,
                        double least) { return Rule{figure, value, most, least, Percent(most)}; };
  return {
      share("instructions_per_op", &CellFigures::instructions_per_op, margins.instructions,
            Margins::kLeastInstructions),
      share("d1_misses_per_op", &CellFigures::d1_misses_per_op, margins.d1_misses,
            Margins::kLeastMisses),
      share("ll_misses_per_op", &CellFigures::ll_misses_per_op, margins.ll_misses,
            Margins::kLeastMisses),
      share("held_over_live_peak", &CellFigures::held_over_live_peak, margins.held_over_live_peak,
            0),
      {"held_bytes_at_end", &CellFigures::held_bytes_at_end, 0, margins.held_bytes_at_end,
       fmt::format("{:g} B", margins.held_bytes_at_end)},
  };
}

const CellFigures* Find(const TreeFigures& tree, const std::string& variant,
                        const std::string& trace) {
  const auto found = tree.cells.find({variant, trace});
  return found == tree.cells.end() ? nullptr : &found->second;
}

class Judging {
 public:
  Judging(const Margins& margins, Verdict& verdict) : rules_(Rules(margins)), verdict_(verdict) {}

  void Cell(const std::string& variant, const std::string& trace, const CellFigures* before,
            const CellFigures* after) {
    if (before == nullptr || after == nullptr ||
        (!before->reason.empty() && !after->reason.empty())) {
      verdict_.not_compared.push_back(variant + " on " + trace);
      return;
    }
    if (before->reason.empty() != after->reason.empty()) {
      verdict_.findings.push_back(
          {.variant = variant,
           .trace = trace,
           .figure = "runs",
           .change = after->reason.empty() ? Change::kBetter : Change::kWorse,
           .margin = "",
           .reason = before->reason + after->reason});  // one is empty
      return;
    }
    for (const Rule& rule : rules_) Figure(rule, variant, trace, *before, *after);
  }

 private:
  void Figure(const Rule& rule, const std::string& variant, const std::string& trace,
              const CellFigures& before, const CellFigures& after) {
    const std::optional<double>& was = before.*rule.value;
    const std::optional<double>& is = after.*rule.value;
    if (was.has_value() != is.has_value()) {
      verdict_.not_compared.push_back(fmt::format("{} on {}, {}", variant, trace, rule.figure));
    }
    if (!was || !is) return;
    const Change change = Compare(*was, *is, rule.share, rule.least);
    if (change == Change::kEqual) ++verdict_.equal;
    if (change == Change::kWithin) ++verdict_.within;
    if (change != Change::kBetter && change != Change::kWorse) return;
    verdict_.findings.push_back({variant, trace, rule.figure, change, *was, *is, rule.margin, ""});
  }

  std::vector<Rule> rules_;
  Verdict& verdict_;
};

}  // namespace

std::size_t Verdict::Count(Change change) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [change](const Finding& finding) { return finding.change == change; }));
}

Change Compare(double before, double after, double share, double least) {
  if (before == after) return Change::kEqual;
  // Of the smaller, so that a change and its undoing are judged alike. Where a figure is below 0 no
  // share of it is asked for.
  const double allowed = std::max(share * std::max(std::min(before, after), 0.0), least);
  // Exactly the margin is within it, however the division was rounded.
  constexpr double kRounding = 1 + 1e-9;
  if (std::abs(after - before) <= allowed * kRounding) return Change::kWithin;
  return after > before ? Change::kWorse : Change::kBetter;
}

Verdict Judge(const TreeFigures& baseline, const TreeFigures& present,
              const std::vector<std::string>& variants, const Margins& margins) {
  Verdict verdict;
  std::set<std::string> traces;
  for (const TreeFigures* tree : {&baseline, &present}) {
    for (const auto& [key, cell] : tree->cells) traces.insert(key.second);
  }
  Judging judging(margins, verdict);
  for (const std::string& variant : variants) {
    for (const std::string& trace : traces) {
      judging.Cell(variant, trace, Find(baseline, variant, trace), Find(present, variant, trace));
    }
  }
  return verdict;
}

}  // namespace alloclab::gate
