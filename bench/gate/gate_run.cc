#include "bench/gate/gate_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "bench/gate/baseline_tree.h"
#include "bench/gate/figures.h"
#include "bench/gate/run_tool.h"
#include "bench/gate/times.h"
#include "bench/process/compare_error.h"

namespace alloclab::gate {
namespace {

namespace fs = std::filesystem;

// Of all variants on one trace; each of their runs has a time-out of its own.
constexpr std::chrono::milliseconds kTraceTimeout = std::chrono::hours(1);

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// One of the two trees, asked for figures.
class Side {
 public:
  Side(std::string whose, std::string counts, fs::path output)
      : whose_(std::move(whose)), counts_(std::move(counts)), output_(std::move(output)) {}

  TreeFigures Ask(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {counts_, "--output=" + output_.string()});
    RunTool(arguments, kTraceTimeout);
    return ReadFigures(ReadFile(output_), whose_);
  }

  const std::string& whose() const { return whose_; }

 private:
  std::string whose_;
  std::string counts_;
  fs::path output_;
};

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void CheckTraces(const std::vector<std::string>& traces) {
  if (traces.empty()) throw CompareError("there is no trace to judge by. Give at least one.");
  std::set<std::string> names;
  for (const std::string& path : traces) {
    if (!fs::is_regular_file(path)) {
      throw CompareError(path +
                         ": there is no such trace. Those of the corpus are in traces/corpus.");
    }
    if (names.insert(fs::path(path).stem()).second) continue;
    throw CompareError(path + ": another trace has the same name. Rename one of them.");
  }
}

void CheckVariants(const std::vector<std::string>& asked, const std::vector<std::string>& known,
                   const std::string& whose) {
  for (const std::string& name : asked) {
    if (name == kControl) {
      throw CompareError(
          "system is no variant of ours: it is run in both trees to tell the noise.");
    }
    if (Has(known, name)) continue;
    throw CompareError(
        fmt::format("{} has no variant {}. It has: {}.", whose, name, Joined(known)));
  }
}

// Which variants are judged, and which cannot be.
void ChooseVariants(const GateOptions& options, const std::vector<std::string>& baseline,
                    const std::vector<std::string>& present, GateResult& result) {
  for (const std::string& name : present) {
    if (name == kControl) continue;
    if (!options.variants.empty() && !Has(options.variants, name)) continue;
    (Has(baseline, name) ? result.variants : result.only_present).push_back(name);
  }
  for (const std::string& name : baseline) {
    if (options.variants.empty() && !Has(present, name)) result.only_baseline.push_back(name);
  }
  if (result.variants.empty()) throw CompareError("the two trees have no variant in common.");
}

// What either tree names: a condition that only one of them knows may be another in the other.
void CheckConditions(const TreeFigures& baseline, const TreeFigures& present,
                     const std::string& revision) {
  const auto of = [](const TreeFigures& tree, const std::string& name) -> std::string {
    const auto found = tree.conditions.find(name);
    return found == tree.conditions.end() ? "unknown" : found->second;
  };
  std::set<std::string> names;
  for (const TreeFigures* tree : {&baseline, &present}) {
    for (const auto& [name, value] : tree->conditions) names.insert(name);
  }
  for (const std::string& name : names) {
    const std::string there = of(baseline, name), here = of(present, name);
    if (there == here) continue;
    throw CompareError(fmt::format(
        "the figures of {} are made under another condition: {} is {} there and {} here. Name a "
        "baseline nearer to the present tree.",
        revision, name, there, here));
  }
}

// A gate that compared nothing would pass whatever comes.
void RequireComparison(const Verdict& verdict, const std::string& revision) {
  if (verdict.compared() > 0) return;
  throw CompareError(fmt::format(
      "nothing could be compared with {}: {}. Name other variants or traces, or a baseline nearer "
      "to the present tree.",
      revision,
      verdict.not_compared.empty() ? "neither tree told a figure" : Joined(verdict.not_compared)));
}

class Gate {
 public:
  Gate(const GateOptions& options, const Side& baseline, const Side& present, GateResult& result)
      : options_(options),
        baseline_(baseline),
        present_(present),
        result_(result),
        progress_(options.progress) {
    progress_.Plan(2 * options.traces.size() * (1 + options.blocks));
  }

  void RunFigures() {
    TreeFigures before, after;
    for (const std::string& trace : options_.traces) {
      const std::vector<std::string> arguments =
          Arguments("counts,memory", result_.variants, trace);
      const TreeFigures base = Ask(baseline_, arguments, trace, "figures");
      const TreeFigures now = Ask(present_, arguments, trace, "figures");
      CheckConditions(base, now, options_.revision);
      before.cells.insert(base.cells.begin(), base.cells.end());
      after.cells.insert(now.cells.begin(), now.cells.end());
    }
    result_.verdict = Judge(before, after, result_.variants, options_.margins);
    RequireComparison(result_.verdict, options_.revision);
  }

  // Who comes first changes from block to block.
  void RunTimes() {
    std::vector<std::string> variants = result_.variants;
    variants.emplace_back(kControl);
    Times times;
    for (std::size_t block = 0; block < options_.blocks; ++block) {
      for (const std::string& trace : options_.traces) {
        const std::vector<std::string> arguments = Arguments("time", variants, trace);
        const bool present_first = block % 2 == 1;
        TreeFigures first = Ask(present_first ? present_ : baseline_, arguments, trace, "time");
        TreeFigures second = Ask(present_first ? baseline_ : present_, arguments, trace, "time");
        if (present_first) std::swap(first, second);
        times.AddBlock(first, second);
      }
    }
    result_.times = times.Advice();
  }

 private:
  std::vector<std::string> Arguments(const char* figures, const std::vector<std::string>& variants,
                                     const std::string& trace) const {
    return {std::string("--figures=") + figures,
            "--allocators=" + Joined(variants),
            fmt::format("--counted-events={}", options_.counted_events),
            fmt::format("--memory-events={}", options_.memory_events),
            "--",
            fs::absolute(trace)};
  }

  TreeFigures Ask(const Side& side, const std::vector<std::string>& arguments,
                  const std::string& trace, const char* what) {
    progress_.Next(
        fmt::format("{}: {} of {}", fs::path(trace).stem().string(), what, side.whose()));
    return side.Ask(arguments);
  }

  const GateOptions& options_;
  const Side& baseline_;
  const Side& present_;
  GateResult& result_;
  Progress progress_;
};

}  // namespace

GateResult RunGate(const GateOptions& options) {
  CheckTraces(options.traces);
  GateResult result;
  result.revision = options.revision;
  result.commit = FindBaseline(options.root, options.revision);
  result.counted_events = options.counted_events;
  result.memory_events = options.memory_events;
  result.blocks = options.blocks;
  result.margins = options.margins;
  for (const std::string& trace : options.traces) {
    result.traces.push_back(fs::path(trace).stem());
  }
  BaselineTree tree(options.root, result.commit);
  const Side present("the present tree", options.counts, tree.folder() / "present.json");
  const Side baseline("the baseline", tree.counts(), tree.folder() / "baseline.json");
  const std::vector<std::string> present_variants = present.Ask({"--list"}).variants;
  CheckVariants(options.variants, present_variants, "the present tree");
  if (options.progress) options.progress({0, 1, "building " + options.revision, std::nullopt});
  tree.CheckOut();
  tree.Build();
  const std::vector<std::string> baseline_variants = baseline.Ask({"--list"}).variants;
  CheckVariants(options.variants, baseline_variants, "the baseline");
  ChooseVariants(options, baseline_variants, present_variants, result);
  Gate gate(options, baseline, present, result);
  gate.RunFigures();
  gate.RunTimes();
  return result;
}

}  // namespace alloclab::gate
