#include "traces/recorder/call_sites.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string_view>
#include <utility>

#include "traces/elf_file.h"

namespace alloclab::recorder {
namespace {

// One line of /proc/PID/maps.
struct MapsLine {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool is_code = false;
  std::uint64_t offset = 0;
  std::string_view path;
};

bool TakeHex(std::string_view& rest, char terminator, std::uint64_t& number) {
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, 16);
  if (error != std::errc() || stop == rest.data() + rest.size() || *stop != terminator)
    return false;
  rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()) + 1);
  return true;
}

// "begin-end rwxp offset device inode    path"
bool ParseMapsLine(std::string_view rest, MapsLine& line) {
  if (!TakeHex(rest, '-', line.begin) || !TakeHex(rest, ' ', line.end) || rest.size() < 5) {
    return false;
  }
  line.is_code = rest[2] == 'x';
  rest.remove_prefix(5);
  if (!TakeHex(rest, ' ', line.offset)) return false;
  for (int word = 0; word < 2; ++word) {
    rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
  }
  const std::size_t path = rest.find_first_not_of(' ');
  line.path = path == std::string_view::npos ? "" : rest.substr(path);
  return true;
}

}  // namespace

CallSites::CallSites(const std::string& maps_path) { ReadMaps(maps_path); }

void CallSites::ReadMaps(const std::string& path) {
  std::ifstream file(path);
  std::map<std::string, std::uint64_t, std::less<>> bases;
  std::string text;
  std::string before;  // the path of the line before
  for (std::size_t number = 1; std::getline(file, text); ++number) {
    if (text.starts_with("= ")) {
      Snapshot& snapshot = snapshots_.emplace_back();
      const char* end = text.data() + text.size();
      if (std::from_chars(text.data() + 2, end, snapshot.stamp).ptr != end) {
        throw TraceError(fmt::format("{}:{}: no stamp; record the program again", path, number));
      }
      bases.clear();
      continue;
    }
    MapsLine line;
    // A last line may have been cut, for want of room.
    if (snapshots_.empty() || !ParseMapsLine(text, line)) continue;
    if (!line.path.starts_with('/') && !line.path.starts_with('[')) continue;
    // Later segments of a small file can lie in its first page as well.
    const bool goes_on = line.path == before;
    before = line.path;
    if (line.offset == 0 && !goes_on) bases[before] = line.begin;
    if (!line.is_code) continue;
    const auto base = bases.find(line.path);
    snapshots_.back().mappings.push_back(
        {line.begin, line.end, base == bases.end() ? line.begin - line.offset : base->second,
         ModuleOf(std::string(line.path))});
  }
}

std::uint32_t CallSites::ModuleOf(const std::string& path) {
  const auto [found, is_new] =
      module_numbers_.emplace(path, static_cast<std::uint32_t>(table_.modules.size()));
  if (is_new) table_.modules.push_back({path, ElfFile(path).BuildId()});
  return found->second;
}

// The last one that was taken before the stamp. Stamps rise but for a little.
std::size_t CallSites::SnapshotAt(std::uint64_t stamp) {
  while (snapshot_ + 1 < snapshots_.size() && snapshots_[snapshot_ + 1].stamp <= stamp) ++snapshot_;
  while (snapshot_ > 0 && snapshots_[snapshot_].stamp > stamp) --snapshot_;
  return snapshot_;
}

std::uint32_t CallSites::FrameOf(std::uint64_t return_address, const Snapshot* snapshot) {
  // A byte of the call: what it returns to may be another line, or another function.
  const std::uint64_t address = return_address - 1;
  CodePlace place{.module = kNoModule, .offset = address};
  if (snapshot != nullptr) {
    const auto after = std::ranges::upper_bound(snapshot->mappings, address, {}, &Mapping::begin);
    if (after != snapshot->mappings.begin() && address < std::prev(after)->end) {
      const Mapping& mapping = *std::prev(after);
      place = {.module = mapping.module, .offset = address - mapping.base};
    }
  }
  const auto [found, is_new] =
      frame_numbers_.emplace(place, static_cast<std::uint32_t>(table_.frames.size()));
  if (is_new) table_.frames.push_back(place);
  return found->second;
}

std::size_t CallSites::SiteOf(const std::vector<std::uint32_t>& stack) {
  const auto [found, is_new] = site_indices_.emplace(stack, sites_.size());
  if (is_new) sites_.push_back({.stack = stack});
  return found->second;
}

std::uint32_t CallSites::Take(std::span<const std::byte> frames, std::uint64_t stamp) {
  if (frames.empty()) return 0;
  const std::size_t snapshot = SnapshotAt(stamp);
  key_.assign(reinterpret_cast<const char*>(frames.data()), frames.size());
  key_.append(reinterpret_cast<const char*>(&snapshot), sizeof(snapshot));
  auto found = seen_.find(key_);
  if (found == seen_.end()) {
    std::vector<std::uint32_t> stack;
    for (std::size_t at = 0; at + 8 <= frames.size(); at += 8) {
      std::uint64_t address = 0;
      std::memcpy(&address, frames.data() + at, sizeof(address));
      stack.push_back(FrameOf(address, snapshots_.empty() ? nullptr : &snapshots_[snapshot]));
    }
    found = seen_.emplace(key_, SiteOf(stack)).first;
  }
  Site& site = sites_[found->second];
  ++site.count;
  return site.number;
}

void CallSites::Describe(std::size_t bytes, Metadata& metadata) {
  std::vector<std::size_t> order(sites_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [this](std::size_t a, std::size_t b) {
    return std::pair(sites_[b].count, a) < std::pair(sites_[a].count, b);
  });
  table_.sites.clear();
  for (const std::size_t index : order) table_.sites.push_back(sites_[index].stack);
  const std::size_t kept = AddSiteTable(table_, bytes, metadata);
  for (std::size_t i = 0; i < kept; ++i) {
    sites_[order[i]].number = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace alloclab::recorder
