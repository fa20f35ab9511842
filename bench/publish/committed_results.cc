#include "bench/publish/committed_results.h"

#include <algorithm>
#include <filesystem>

#include "bench/publish/publication.h"
#include "bench/publish/readme_part.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/results/run_folder.h"

namespace alloclab::publish {
namespace {

namespace fs = std::filesystem;

std::string InTree(const std::string& root, const std::string& path) {
  return (fs::path(root) / path).string();
}

std::string ReadmeText(const std::string& root) {
  return results::ReadText(InTree(root, "README.md"));
}

// What keeps the tables of a run from being made is found here, too.
void CheckTables(const std::string& folder, std::vector<std::string>& stale) {
  try {
    const std::string tables = MarkdownFile(results::ReadRun(folder));
    const std::string kept = fs::path(folder) / kMarkdownFile;
    if (fs::exists(kept) && results::ReadText(kept) != tables) {
      stale.push_back(kept +
                      ": is not what the records beside it make; run tools/alloclab report " +
                      folder + " -o " + folder);
    }
  } catch (const std::runtime_error& error) {
    stale.push_back(folder + ": " + error.what());
  }
}

void CheckReadme(const std::string& root, std::vector<std::string>& stale) {
  const std::string readme = ReadmeText(root);
  if (!NewestRun(root)) {
    if (!HasReadmeMark(readme)) return;
    stale.emplace_back(
        "README.md: has the marks of a table of results, and bench/results has none; take the "
        "marks "
        "and what is between them out, or add the results");
    return;
  }
  try {
    if (ReadmeOf(root) != readme) {
      stale.emplace_back(
          "README.md: its table is not what the newest results make; run tools/alloclab report "
          "--readme");
    }
  } catch (const std::runtime_error& error) {
    stale.emplace_back(error.what());
  }
}

}  // namespace

std::optional<std::string> NewestRun(const std::string& root) {
  std::optional<std::string> newest;
  for (const std::string& folder : results::RunFolders(InTree(root, kResultsFolder))) {
    if (!fs::exists(fs::path(folder) / "traces.json")) continue;
    newest = (fs::path(kResultsFolder) / fs::path(folder).filename()).string();
  }
  return newest;
}

std::string ReadmeOf(const std::string& root) {
  const std::optional<std::string> run = NewestRun(root);
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
