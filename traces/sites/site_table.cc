#include "traces/sites/site_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include "traces/metadata.h"

namespace alloclab {
namespace {

constexpr const char* kModuleKey = "module";
constexpr const char* kFramesKey = "frames";
constexpr const char* kSitesKey = "sites";
constexpr const char* kSitesLostKey = "sites_lost";

// What an entry of the metadata takes.
std::size_t EntryBytes(std::string_view key, std::size_t value_bytes) {
  return kMetadataLengthBytes + key.size() + value_bytes;
}

[[noreturn]] void Refuse(const char* key, std::size_t number, std::string_view word) {
  throw TraceError(
      fmt::format("the metadata's table of call sites is malformed: \"{}\", word {}: \"{}\"; "
                  "remove the keys module, frames and sites, and events lose only their call sites",
                  key, number, word.substr(0, 40)));
}

// Calls take(number, word) for each word of `text`, empty ones included.
template <class Take>
void ForEachWord(std::string_view text, char separator, Take&& take) {
  if (text.empty()) return;
  for (std::size_t number = 0, begin = 0; begin <= text.size(); ++number) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    take(number, text.substr(begin, end - begin));
    begin = end + 1;
  }
}

template <class Number>
bool ParseNumber(std::string_view word, int base, Number& number) {
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number, base);
  return !word.empty() && stop == end && error == std::errc();
}

// The path may have blanks.
bool ParseModule(std::string_view value, CodeModule& module) {
  const std::size_t blank = value.rfind(' ');
  if (blank == std::string_view::npos) return false;
  module.path = value.substr(0, blank);
  const std::string_view id = value.substr(blank + 1);
  if (id == "-") return true;
  module.build_id = id;
  return !id.empty() && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool ParseFrame(std::string_view word, std::size_t modules, CodePlace& place) {
  const std::size_t plus = word.find('+');
  if (plus == std::string_view::npos || !ParseNumber(word.substr(plus + 1), 16, place.address)) {
    return false;
  }
  if (word.substr(0, plus) == "?") return true;
  return ParseNumber(word.substr(0, plus), 10, place.module) && place.module < modules;
}

bool ParseSite(std::string_view word, std::size_t frames, std::vector<std::uint32_t>& stack) {
  bool good = true;
  ForEachWord(word, ',', [&](std::size_t number, std::string_view digits) {
    std::uint32_t frame = 0;
    good =
        good && number < SiteTable::kMaxDepth && ParseNumber(digits, 10, frame) && frame < frames;
    if (good) stack.push_back(frame);
  });
  return good && !stack.empty();
}

// Writes sites one by one, numbering frames and modules anew as they are first named.
class TableWriter {
 public:
  explicit TableWriter(const SiteTable& table)
      : table_(table),
        frame_numbers_(table.frames.size(), kUnnumbered),
        module_numbers_(table.modules.size(), kUnnumbered) {}

  void AddSite(const std::vector<std::uint32_t>& stack) {
    if (!sites_.empty()) sites_ += ' ';
    for (std::size_t i = 0; i < stack.size(); ++i) {
      fmt::format_to(std::back_inserter(sites_), "{}{}", i == 0 ? "" : ",", NumberOf(stack[i]));
    }
  }

  std::size_t bytes() const {
    return modules_bytes_ + EntryBytes(kFramesKey, frames_.size()) +
           EntryBytes(kSitesKey, sites_.size());
  }

  void AddTo(Metadata& metadata) const {
    for (const std::string& module : modules_) metadata.emplace_back(kModuleKey, module);
    metadata.emplace_back(kFramesKey, frames_);
    metadata.emplace_back(kSitesKey, sites_);
  }

 private:
  static constexpr std::uint32_t kUnnumbered = UINT32_MAX;

  std::uint32_t NumberOf(std::uint32_t frame) {
    std::uint32_t& number = frame_numbers_[frame];
    if (number != kUnnumbered) return number;
    number = frames_count_++;
    const CodePlace& place = table_.frames[frame];
    if (!frames_.empty()) frames_ += ' ';
    if (place.module == kNoModule) {
      fmt::format_to(std::back_inserter(frames_), "?+{:x}", place.address);
    } else {
      const std::uint32_t module = ModuleNumberOf(place.module);
      fmt::format_to(std::back_inserter(frames_), "{}+{:x}", module, place.address);
    }
    return number;
  }

  std::uint32_t ModuleNumberOf(std::uint32_t module) {
    std::uint32_t& number = module_numbers_[module];
    if (number != kUnnumbered) return number;
    number = static_cast<std::uint32_t>(modules_.size());
    const CodeModule& named = table_.modules[module];
    modules_.push_back(
        fmt::format("{} {}", named.path, named.build_id.empty() ? "-" : named.build_id));
    modules_bytes_ += EntryBytes(kModuleKey, modules_.back().size());
    return number;
  }

  const SiteTable& table_;
  std::vector<std::uint32_t> frame_numbers_;
  std::vector<std::uint32_t> module_numbers_;
  std::uint32_t frames_count_ = 0;
  std::vector<std::string> modules_;
  std::size_t modules_bytes_ = 0;
  std::string frames_;
  std::string sites_;
};

// What telling of so many lost sites takes.
std::size_t LossBytes(std::size_t lost) {
  return lost == 0 ? 0 : EntryBytes(kSitesLostKey, std::to_string(lost).size());
}

std::size_t SitesThatFit(const SiteTable& table, std::size_t bytes) {
  TableWriter writer(table);
  std::size_t fit = 0;
  // The last ones may take less than it takes to say that they are lost.
  for (std::size_t added = 1; added <= table.sites.size() && writer.bytes() <= bytes; ++added) {
    writer.AddSite(table.sites[added - 1]);
    if (writer.bytes() + LossBytes(table.sites.size() - added) <= bytes) fit = added;
  }
  return fit;
}

}  // namespace

bool IsSiteTableKey(std::string_view key) {
  return key == kModuleKey || key == kFramesKey || key == kSitesKey || key == kSitesLostKey;
}

SiteTable SiteTableFromMetadata(const Metadata& metadata) {
  SiteTable table;
  for (const auto& [key, value] : metadata) {
    if (key != kModuleKey) continue;
    CodeModule module;
    if (!ParseModule(value, module)) Refuse(kModuleKey, table.modules.size(), value);
    table.modules.push_back(std::move(module));
  }
  const std::string frames = FindMetadata(metadata, kFramesKey);
  ForEachWord(frames, ' ', [&](std::size_t number, std::string_view word) {
    CodePlace place;
    if (!ParseFrame(word, table.modules.size(), place)) Refuse(kFramesKey, number, word);
    table.frames.push_back(place);
  });
  const std::string sites = FindMetadata(metadata, kSitesKey);
  ForEachWord(sites, ' ', [&](std::size_t number, std::string_view word) {
    std::vector<std::uint32_t> stack;
    if (!ParseSite(word, table.frames.size(), stack)) Refuse(kSitesKey, number, word);
    table.sites.push_back(std::move(stack));
  });
  return table;
}

std::uint64_t SitesLost(const Metadata& metadata) {
  const std::string value = FindMetadata(metadata, kSitesLostKey);
  std::uint64_t number = 0;
  return ParseNumber(std::string_view(value), 10, number) ? number : 0;
}

std::size_t AddSiteTable(const SiteTable& table, std::size_t bytes, Metadata& metadata) {
  const std::size_t fit = SitesThatFit(table, bytes);
  TableWriter writer(table);
  for (std::size_t i = 0; i < fit; ++i) writer.AddSite(table.sites[i]);
  if (fit > 0) writer.AddTo(metadata);
  const std::size_t lost = table.sites.size() - fit;
  // Where sites are kept there is room for this.
  if (lost > 0 && LossBytes(lost) <= bytes) {
    metadata.emplace_back(kSitesLostKey, std::to_string(lost));
  }
  return fit;
}

}  // namespace alloclab
