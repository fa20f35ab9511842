#include "bench/results/kept_paths.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace alloclab::results {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Without links and "..", as far as it is there.
fs::path Real(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path).lexically_normal();
  const fs::path real = fs::weakly_canonical(absolute, error);
  return error ? absolute : real;
}

std::string WithoutSlash(std::string folder) {
  while (folder.ends_with('/')) folder.pop_back();
  return folder;
}

// Every spelling of every place, the longest first: a place inside of another is found before it.
// The root of all files is none, for it would be everywhere.
std::vector<Place> Spellings(const std::vector<Place>& places) {
  std::vector<Place> spellings;
  for (const Place& place : places) {
    for (const fs::path& folder :
         {fs::absolute(place.folder).lexically_normal(), Real(place.folder)}) {
      const std::string spelled = WithoutSlash(folder);
      if (!spelled.empty()) spellings.push_back({spelled, place.name});
    }
  }
  std::sort(spellings.begin(), spellings.end(), [](const Place& a, const Place& b) {
    return a.folder.size() != b.folder.size() ? a.folder.size() > b.folder.size()
                                              : a.folder < b.folder;
  });
  return spellings;
}

// Whether a name of a file goes on with this.
bool IsOfName(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') ||
         (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("._-+~@/").find(c) != std::string_view::npos;
}

// `text` with what stands for the place wherever a path in it begins with that.
std::string Told(std::string text, const Place& place) {
  for (std::size_t at = 0; (at = text.find(place.folder, at)) != std::string::npos;) {
    const std::size_t end = at + place.folder.size();
    const bool begins = at == 0 || !IsOfName(text[at - 1]);
    const bool inside = end < text.size() && text[end] == '/';
    if (!begins || (!inside && end < text.size() && IsOfName(text[end]))) {
      at = end;
      continue;
    }
    std::string told = place.name;
    if (told.empty() && !inside) told = ".";
    text.replace(at, place.folder.size() + (inside && told.empty() ? 1 : 0), told);
    at += told.size();
  }
  return text;
}

void TellAll(Json& json, const std::vector<Place>& spellings) {
  if (json.is_structured()) {
    for (Json& entry : json) TellAll(entry, spellings);
  } else if (json.is_string()) {
    auto text = json.get<std::string>();
    for (const Place& place : spellings) text = Told(std::move(text), place);
    json = std::move(text);
  }
}

// A path as it is kept. Its own name stays, though it may be a link.
std::string KeptPath(const std::string& path, const std::vector<Place>& spellings) {
  if (path.empty()) return path;
  const fs::path absolute = fs::absolute(path);
  const fs::path real = Real(absolute.parent_path()) / absolute.filename();
  for (const Place& place : spellings) {
    const std::string told = Told(real, place);
    if (told != real) return told;
  }
  return path;
}

}  // namespace

Json WithPathsFrom(const std::vector<Place>& places, Json record) {
  const std::vector<Place> spellings = Spellings(places);
  for (const char* list : {"traces", "allocators"}) {
    if (!record.contains(list)) continue;
    for (Json& entry : record[list]) {
      if (entry.contains("path")) entry["path"] = KeptPath(entry["path"], spellings);
    }
  }
  TellAll(record, spellings);
  return record;
}

}  // namespace alloclab::results
