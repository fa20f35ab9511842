#include "bench/results/run_folder.h"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "bench/results/record_text.h"

namespace alloclab::results {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kTimelines = "traces.timelines.json.zst";
constexpr std::size_t kCommitDigits = 12;
// What finds a cell.
constexpr const char* kCellKeys[] = {"table", "trace", "allocator"};

// Nothing for what is no record of any kind.
std::string KindOf(const Json& record) {
  if (!record.is_object()) return "";
  const auto kind = record.find("kind");
  if (kind == record.end()) return std::string(kKinds[0]);
  return kind->is_string() ? kind->get<std::string>() : "";
}

fs::path FileOf(const std::string& folder, std::string_view kind) {
  return fs::path(folder) / (std::string(kind) + ".json");
}

Json Parse(const std::string& path) {
  try {
    return Json::parse(ReadText(path));
  } catch (const Json::parse_error& error) {
    throw ResultsError(path + ": is no JSON at byte " + std::to_string(error.byte) +
                       "; restore it, e.g. with git checkout");
  } catch (const Json::exception&) {  // a number that no machine has
    throw ResultsError(path + ": is no JSON that can be read; restore it, e.g. with git checkout");
  }
}

// Takes the timelines out of the record and returns them, each with what finds its cell.
Json TakeTimelines(Json& record) {
  Json timelines = Json::array();
  if (!record.contains("cells")) return timelines;
  for (Json& cell : record["cells"]) {
    if (!cell.contains("timeline")) continue;
    Json entry;
    for (const char* key : kCellKeys) entry[key] = cell.at(key);
    entry["timeline"] = std::move(cell["timeline"]);
    timelines.push_back(std::move(entry));
    cell.erase("timeline");
  }
  return timelines;
}

std::string KeyOf(const Json& entry) {
  Json key;
  for (const char* name : kCellKeys) key.push_back(entry.value(name, ""));
  return key.dump(-1, ' ', true, Json::error_handler_t::replace);
}

void PutTimelinesBack(const Json& timelines, Json& record) {
  std::map<std::string, Json*> cells;
  for (Json& cell : record.at("cells")) cells[KeyOf(cell)] = &cell;
  for (const Json& entry : timelines.at("timelines")) {
    const auto cell = cells.find(KeyOf(entry));
    if (cell != cells.end()) (*cell->second)["timeline"] = entry.at("timeline");
  }
}

// What the name of a run ends in: of which source tree it is.
std::string SourceName(const Json& provenance) {
  const std::string commit = provenance.at("commit");
  const std::string name = "-" + (commit.empty() ? "nocommit" : commit.substr(0, kCommitDigits));
  return provenance.at("dirty").get<bool>() ? name + "-dirty" : name;
}

// The last part of its path, whatever the path ends in.
std::string NameOf(const std::string& path) {
  const fs::path folder = fs::path(path).lexically_normal();
  return folder.has_filename() ? folder.filename() : folder.parent_path().filename();
}

// Records of one run belong together: what differs between them must not be the program.
void RefuseOtherSource(const std::string& folder, const Json& provenance) {
  const std::string name = NameOf(folder);
  const std::string source = SourceName(provenance);
  if (name.substr(name.find('-')) == source) return;
  throw ResultsError(folder + ": holds what another source tree than the present one (" +
                     source.substr(1) + ") was measured to be; save into a folder of its own");
}

}  // namespace

std::string RunName(const Json& provenance) {
  std::string name;
  for (const char c : provenance.at("time_utc").get<std::string>()) {
    if (c != '-' && c != ':') name += c;
  }
  return name + SourceName(provenance);
}

bool IsRunFolder(const std::string& path) {
  static const std::regex name("[0-9]{8}T[0-9]{6}Z-([0-9a-f]{12}|nocommit)(-dirty)?");
  return std::regex_match(NameOf(path), name);
}

std::vector<std::string> RunFolders(const std::string& results) {
  std::vector<std::string> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(results, error)) {
    if (entry.is_directory() && IsRunFolder(entry.path())) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

void CheckRoom(std::string_view kind, const std::string& results, const Json& provenance) {
  if (IsRunFolder(results)) {
    RefuseOtherSource(results, provenance);
    RefuseExisting(FileOf(results, kind));
    if (kind == kKinds[0]) RefuseExisting(fs::path(results) / kTimelines);
  }
  std::error_code error;
  fs::create_directories(results, error);  // what is wrong shows when a file is written
  CheckWritable(results);
}

std::string SaveRecord(const Json& record, const std::string& results) {
  const std::string folder = IsRunFolder(results)
                                 ? results
                                 : (fs::path(results) / RunName(record.at("provenance"))).string();
  std::error_code error;
  fs::create_directories(folder, error);  // what is wrong shows when a file is written
  const std::string path = FileOf(folder, KindOf(record));
  RefuseExisting(path);
  Json kept = Rounded(record);
  const Json timelines = TakeTimelines(kept);
  const std::string beside = fs::path(folder) / kTimelines;
  if (!timelines.empty()) WriteNewText(beside, Json{{"timelines", timelines}}.dump());
  try {
    WriteNewText(path, RecordText(kept));
  } catch (const ResultsError&) {
    if (!timelines.empty()) fs::remove(beside, error);  // it belongs to no record
    throw;
  }
  return folder;
}

std::map<std::string, Json, std::less<>> ReadRun(const std::string& folder) {
  std::map<std::string, Json, std::less<>> records;
  for (const std::string_view kind : kKinds) {
    const std::string path = FileOf(folder, kind);
    if (!fs::exists(path)) continue;
    Json record = Parse(path);
    if (KindOf(record) != kind) {
      throw ResultsError(path + ": is no record of " + std::string(kind) +
                         "; restore it, e.g. with git checkout");
    }
    records.emplace(kind, std::move(record));
  }
  if (records.empty()) {
    throw ResultsError(folder +
                       ": holds no record (traces.json, workloads.json or programs.json); make one "
                       "with `alloclab compare --save`");
  }
  const std::string timelines = fs::path(folder) / kTimelines;
  const auto traces = records.find(kKinds[0]);
  if (traces != records.end() && fs::exists(timelines)) {
    try {
      PutTimelinesBack(Parse(timelines), traces->second);
    } catch (const Json::exception&) {
      throw ResultsError(timelines + ": holds no timelines of the record beside it; restore both");
    }
  }
  return records;
}

}  // namespace alloclab::results
