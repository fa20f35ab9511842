// The call sites of a trace: which code the numbers in its events stand for. It lies in the
// metadata ("module", "frames", "sites"; see FORMAT.md), as places in files and without names,
// which are looked up when somebody asks (symbolizer.h).

#ifndef ALLOCLAB_TRACES_SITES_SITE_TABLE_H_
#define ALLOCLAB_TRACES_SITES_SITE_TABLE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/trace_io.h"

namespace alloclab {

// A file that was mapped as code.
struct CodeModule {
  std::string path;
  std::string build_id;  // hexadecimal; empty: not known

  friend auto operator<=>(const CodeModule&, const CodeModule&) = default;
};

inline constexpr std::uint32_t kNoModule = UINT32_MAX;

// A byte of a call instruction.
struct CodePlace {
  std::uint32_t module = kNoModule;
  std::uint64_t address = 0;  // that the module's file is linked for; without a module, in memory

  friend auto operator<=>(const CodePlace&, const CodePlace&) = default;
};

struct SiteTable {
  // Longer stacks are refused.
  static constexpr std::size_t kMaxDepth = 256;

  std::vector<CodeModule> modules;
  std::vector<CodePlace> frames;
  // Each a stack of 1 to kMaxDepth numbers of frames, the innermost first. Site n is sites[n - 1].
  std::vector<std::vector<std::uint32_t>> sites;
};

// Whether a table is kept under this key, among others.
bool IsSiteTableKey(std::string_view key);

// The table in the metadata; empty when there is none. Throws TraceError, naming key and place,
// when it is malformed.
SiteTable SiteTableFromMetadata(const Metadata& metadata);

// How many call sites the metadata says found no room in the table.
std::uint64_t SitesLost(const Metadata& metadata);

// Adds the table to the metadata, which has none: as many sites from its beginning as fit into
// `bytes` bytes, encoded, and how many did not, unless not even that fits. Frames and modules that
// only those have are left out. Returns the number of the last site that is there.
std::size_t AddSiteTable(const SiteTable& table, std::size_t bytes, Metadata& metadata);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SITES_SITE_TABLE_H_
