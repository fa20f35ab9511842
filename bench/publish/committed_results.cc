#include "bench/publish/committed_results.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "bench/publish/publication.h"
#include "bench/publish/readme_part.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/results/run_folder.h"
#include "bench/statistics/block_loop.h"

namespace alloclab::publish {
namespace {

namespace fs = std::filesystem;

std::string InTree(const std::string& root, const std::string& path) {
  return (fs::path(root) / path).string();
}

std::string ReadmeText(const std::string& root) {
  return results::ReadText(InTree(root, "README.md"));
}

// Why a record of traces is not to be published: nothing where it is.
std::string WhyNotPublished(const nlohmann::ordered_json& json) {
  const RecordEntry record(json, "");
  const RecordEntry provenance = record.Object("provenance");
  if (provenance.Flag("dirty")) return "its source tree had changes that no commit has";
  if (provenance.Flag("interrupted")) return "it was interrupted";
  for (const RecordEntry& trace : record.List("traces")) {
    if (trace.Flag("shortened")) return "it is of the first events of its traces only";
  }
  const std::uint64_t blocks = provenance.Count("blocks");
  if (blocks >= kPublishedBlocks) return "";
  return fmt::format("it has {} block{}, and a published figure has {}", blocks,
                     blocks == 1 ? "" : "s", kPublishedBlocks);
}

std::string WhyNotShown(const std::string& folder) {
  try {
    return WhyNotPublished(results::ReadRun(folder).at("traces"));
  } catch (const std::exception& error) {
    return error.what();
  }
}

// What keeps the tables of a run from being made is found here, too.
void CheckTables(const std::string& folder, std::vector<std::string>& stale) {
  try {
    const std::string tables = KeptTables(folder);
    const std::string kept = fs::path(folder) / kMarkdownFile;
    if (fs::exists(kept) && results::ReadText(kept) != tables) {
      stale.push_back(kept +
                      ": is not what the records beside it make; run tools/alloclab report "
                      "--refresh " +
                      folder);
    }
  } catch (const std::exception& error) {
    stale.push_back(folder + ": " + error.what());
  }
}

void CheckReadme(const std::string& root, std::vector<std::string>& stale) {
  const std::string readme = ReadmeText(root);
  if (!FindHeadline(root).run) {
    if (!HasReadmeMark(readme)) return;
    stale.emplace_back(
        "README.md: has the marks of a table of results, and bench/results has none to be "
        "published; take the marks and what is between them out, or add the results");
    return;
  }
  try {
    if (ReadmeOf(root) != readme) {
      stale.emplace_back(
          "README.md: its table is not what the newest results make; run tools/alloclab report "
          "--readme");
    }
  } catch (const std::exception& error) {
    stale.emplace_back(error.what());
  }
}

}  // namespace

Headline FindHeadline(const std::string& root) {
  Headline headline;
  std::vector<std::string> folders = results::RunFolders(InTree(root, kResultsFolder));
  std::reverse(folders.begin(), folders.end());
  for (const std::string& folder : folders) {
    if (!fs::exists(fs::path(folder) / "traces.json")) continue;
    const std::string run = fs::path(kResultsFolder) / fs::path(folder).filename();
    const std::string why_not = WhyNotShown(folder);
    if (why_not.empty()) {
      headline.run = run;
      break;
    }
    headline.passed_over.push_back(run + " is not shown: " + why_not);
  }
  return headline;
}

std::string KeptTables(const std::string& folder) { return MarkdownFile(results::ReadRun(folder)); }

std::string ReadmeOf(const std::string& root) {
  const auto [run, passed_over] = FindHeadline(root);
  if (!run && !passed_over.empty()) {
    throw PublishError(fmt::format(
        "bench/results has no record of traces to be published; make one with `tools/alloclab "
        "compare --save` ({})",
        fmt::join(passed_over, "; ")));
  }
  if (!run) {
    throw PublishError(
        "bench/results has no record of traces yet; make one with `tools/alloclab compare --save`");
  }
  const Records records = results::ReadRun(InTree(root, *run));
  return WithReadmePart(ReadmeText(root), ReadmePart(ReadTraceResults(records.at("traces")), *run));
}

std::vector<std::string> StaleFiles(const std::string& root) {
  std::vector<std::string> stale;
  for (const std::string& folder : results::RunFolders(InTree(root, kResultsFolder))) {
    CheckTables(folder, stale);
  }
  CheckReadme(root, stale);
  return stale;
}

}  // namespace alloclab::publish
