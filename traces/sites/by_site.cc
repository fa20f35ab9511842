#include "traces/sites/by_site.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "traces/event_kind.h"
#include "traces/live_table.h"
#include "traces/sites/symbolizer.h"
#include "traces/text_format.h"

namespace alloclab {
namespace {

// A live allocation. `bytes_and_one` is above 0, so that none equals the table's "not live".
struct Made {
  std::uint64_t bytes_and_one = 0;
  std::uint32_t site = 0;

  friend bool operator==(const Made&, const Made&) = default;
};

class Accounts {
 public:
  explicit Accounts(std::size_t sites) : totals_(sites + 1) {
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      totals_[i].site = static_cast<std::uint32_t>(i);
    }
  }

  void Add(const Event& event) {
    if (EndsAllocation(event)) {
      const Made made = live_.Take(event.ref);
      totals_[made.site].never_freed -= made.bytes_and_one - 1;
    }
    if (!MakesAllocation(event)) return;
    const std::uint32_t site = event.site < totals_.size() ? event.site : 0;
    const std::uint64_t bytes = LiveBytes(RequestedBytes(event));
    live_.Insert({bytes + 1, site});
    SiteTotals& totals = totals_[site];
    ++totals.allocations;
    totals.bytes_requested += bytes;
    totals.never_freed += bytes;  // so far
    totals.live_bytes_peak = std::max(totals.live_bytes_peak, totals.never_freed);
  }

  std::vector<SiteTotals> Finish() {
    std::erase_if(totals_, [](const SiteTotals& totals) { return totals.allocations == 0; });
    std::ranges::sort(totals_, [](const SiteTotals& a, const SiteTotals& b) {
      return std::pair(b.bytes_requested, a.site) < std::pair(a.bytes_requested, b.site);
    });
    return std::move(totals_);
  }

 private:
  LiveTable<Made> live_;
  std::vector<SiteTotals> totals_;
};

// The frames of the shown sites, each named once.
class Names {
 public:
  Names(const SiteTable& table, std::span<const SiteTotals> shown) {
    std::vector<std::uint32_t> frames;
    for (const SiteTotals& totals : shown) {
      if (totals.site == 0) continue;
      for (const std::uint32_t frame : table.sites[totals.site - 1]) frames.push_back(frame);
    }
    std::ranges::sort(frames);
    frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
    FrameNames named = NameFrames(table, frames);
    note_ = std::move(named.note);
    for (std::size_t i = 0; i < frames.size(); ++i) names_[frames[i]] = std::move(named.names[i]);
  }

  // Of a site, the innermost first.
  std::vector<std::string> Stack(const SiteTable& table, std::uint32_t site) const {
    if (site == 0) return {"(not known)"};
    std::vector<std::string> stack;
    for (const std::uint32_t frame : table.sites[site - 1]) stack.push_back(names_.at(frame));
    return stack;
  }
  const std::string& note() const { return note_; }

 private:
  std::map<std::uint32_t, std::string> names_;
  std::string note_;
};

std::span<const SiteTotals> Shown(const SiteSummary& summary, std::size_t top) {
  return std::span(summary.sites).first(std::min(top, summary.sites.size()));
}

}  // namespace

SiteSummary SummarizeBySite(TraceReader& reader) {
  SiteSummary summary;
  summary.table = SiteTableFromMetadata(reader.metadata());
  summary.sites_lost = SitesLost(reader.metadata());
  Accounts accounts(summary.table.sites.size());
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    for (const Event& event : batch) accounts.Add(event);
  }
  summary.sites = accounts.Finish();
  summary.warnings = reader.warnings();
  return summary;
}

void PrintBySite(const SiteSummary& summary, std::size_t top, std::ostream& out) {
  if (summary.table.sites.empty()) {
    out << "The trace has no call sites; record it again with --sites.\n";
    return;
  }
  const auto shown = Shown(summary, top);
  const Names names(summary.table, shown);
  fmt::print(out, "{} call sites allocate; the {} with the most bytes:\n", summary.sites.size(),
             shown.size());
  fmt::print(out, "{:>16} {:>12} {:>16} {:>16}\n", "bytes requested", "allocations", "live at most",
             "never freed");
  for (const SiteTotals& totals : shown) {
    fmt::print(out, "{:>16} {:>12} {:>16} {:>16}\n", totals.bytes_requested, totals.allocations,
               totals.live_bytes_peak, totals.never_freed);
    for (const std::string& name : names.Stack(summary.table, totals.site)) {
      fmt::print(out, "        {}\n", EscapeValue(name));
    }
  }
  if (!names.note().empty()) fmt::print(out, "note: {}\n", names.note());
  if (summary.sites_lost != 0) {
    fmt::print(out, "note: {} more call sites found no room in the trace's table\n",
               summary.sites_lost);
  }
}

nlohmann::json BySiteToJson(const SiteSummary& summary, std::size_t top) {
  const auto shown = Shown(summary, top);
  const Names names(summary.table, shown);
  nlohmann::json json;
  json["call_sites"] = summary.sites.size();
  json["note"] = names.note();
  json["sites_lost"] = summary.sites_lost;
  json["warnings"] = summary.warnings;
  json["sites"] = nlohmann::json::array();
  for (const SiteTotals& totals : shown) {
    json["sites"].push_back({{"site", totals.site},
                             {"allocations", totals.allocations},
                             {"bytes_requested", totals.bytes_requested},
                             {"live_bytes_peak", totals.live_bytes_peak},
                             {"never_freed_bytes", totals.never_freed},
                             {"frames", names.Stack(summary.table, totals.site)}});
  }
  return json;
}

}  // namespace alloclab
