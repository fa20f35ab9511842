// Who allocates: what each call site of a trace asked for.

#ifndef ALLOCLAB_TRACES_SITES_BY_SITE_H_
#define ALLOCLAB_TRACES_SITES_BY_SITE_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "traces/sites/site_table.h"
#include "traces/trace_io.h"

namespace alloclab {

struct SiteTotals {
  std::uint32_t site = 0;             // 0: allocations whose site is not known
  std::uint64_t allocations = 0;      // made there
  std::uint64_t bytes_requested = 0;  // of these
  std::uint64_t live_bytes_peak = 0;  // of these, at most live at once
  std::uint64_t never_freed = 0;      // of these, in bytes

  friend bool operator==(const SiteTotals&, const SiteTotals&) = default;
};

struct SiteSummary {
  SiteTable table;
  std::uint64_t sites_lost = 0;       // that found no room in the table
  std::vector<SiteTotals> sites;      // those that made something, the most bytes first
  std::vector<std::string> warnings;  // of the reader
};

// Reads the whole trace. Memory: the live set and the table. Throws TraceError.
SiteSummary SummarizeBySite(TraceReader& reader);

// The `top` sites with the most bytes, each with the names of its frames, the innermost first.
void PrintBySite(const SiteSummary& summary, std::size_t top, std::ostream& out);
nlohmann::json BySiteToJson(const SiteSummary& summary, std::size_t top);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SITES_BY_SITE_H_
