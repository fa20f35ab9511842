#include "bench/publish/provenance_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/statistics/block_loop.h"

namespace alloclab::publish {
namespace {

std::string SourceText(const RecordEntry& provenance) {
  const std::string commit = provenance.Text("commit");
  if (commit.empty()) return "an unknown commit";
  return "commit " + commit.substr(0, 12) +
         (provenance.Flag("dirty") ? " with uncommitted changes" : "");
}

// What is said of one kind of record only.
std::string ModeText(const RecordEntry& provenance) {
  std::string text;
  for (const char* key : {"mode", "touch"}) {
    if (provenance.Has(key)) text += fmt::format(", {} {}", key, provenance.Text(key));
  }
  if (provenance.Has("time_scale")) {
    text += fmt::format(", recorded gaps times {:.6g}", provenance.Figure("time_scale"));
  }
  return text;
}

// Of the cells that have fewer blocks than the record: what was known by then is not run again.
std::string FewerText(const RecordEntry& record, const char* blocks_key, std::uint64_t blocks) {
  std::uint64_t cells = 0, fewer = 0, least = blocks;
  for (const RecordEntry& cell : record.List("cells")) {
    if (cell.Text("status") != "ok") continue;
    ++cells;
    const std::uint64_t own = cell.Length(blocks_key);
    fewer += own < blocks;
    least = std::min(least, own);
  }
  if (fewer == 0) return "";
  return fmt::format("; {} of {} cells have fewer, {} at the least", fewer, cells, least);
}

std::string BlocksText(const RecordEntry& record, const char* blocks_key) {
  const RecordEntry provenance = record.Object("provenance");
  if (!provenance.Has("blocks")) return "";
  const std::uint64_t blocks = provenance.Count("blocks");
  std::string text = fmt::format(" {} block{}", blocks, blocks == 1 ? "" : "s");
  if (provenance.Has("interrupted") && provenance.Flag("interrupted")) text += ", interrupted";
  if (blocks < kPublishedBlocks) {
    text += fmt::format(" (fewer than {}: not to be published)", kPublishedBlocks);
  }
  return text + FewerText(record, blocks_key, blocks) + ".";
}

}  // namespace

std::string ProvenanceText(const RecordEntry& record, const char* blocks) {
  const RecordEntry provenance = record.Object("provenance");
  const std::uint64_t cores = provenance.Count("cores");
  return fmt::format(
      "Measured {} at {} on {} ({} core{}, {}, transparent huge pages: {}), compiled by {} with "
      "{}{}.{}",
      provenance.Text("time_utc"), SourceText(provenance), provenance.Text("cpu"), cores,
      cores == 1 ? "" : "s", provenance.Text("kernel"), provenance.Text("thp"),
      provenance.Text("compiler"), provenance.Text("flags"), ModeText(provenance),
      BlocksText(record, blocks));
}

}  // namespace alloclab::publish
