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

// The part of `rest` before the next blank, which is taken off; 0 and false when it is no number.
bool TakeNumber(std::string_view& rest, std::uint64_t& number) {
  const char* end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data(), end, number);
  if (error != std::errc() || stop == end || *stop != ' ') return false;
  rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()) + 1);
  return true;
}

template <class Number>
void AppendBytes(std::string& to, Number number) {
  to.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

CallSites::CallSites(const std::string& modules_path) { ReadModules(modules_path); }

void CallSites::ReadModules(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (file.eof()) break;  // the end of the line is missing: cut for want of room
    Mapping mapping = {};
    std::string_view rest = line;
    if (!TakeNumber(rest, mapping.stamp) || !TakeNumber(rest, mapping.begin) ||
        !TakeNumber(rest, mapping.end) || !TakeNumber(rest, mapping.moved_by)) {
      throw TraceError(fmt::format(
          "{}:{}: expected four numbers of a module; record the program again", path, number));
    }
    mapping.module = ModuleOf(std::string(rest));
    mappings_.push_back(mapping);
  }
  std::ranges::sort(mappings_, {}, &Mapping::stamp);
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    const Mapping& now = mappings_[i];
    const auto replaced = [&](const Mapping& before) {
      return before.begin < now.end && now.begin < before.end && before.module != now.module;
    };
    const auto earlier = std::span(mappings_).first(i);
    if (std::ranges::any_of(earlier, replaced)) epochs_.push_back(now.stamp);
  }
}

std::uint32_t CallSites::ModuleOf(const std::string& path) {
  const auto [found, is_new] =
      module_numbers_.emplace(path, static_cast<std::uint32_t>(table_.modules.size()));
  if (is_new) {
    const bool is_file = path.starts_with('/');
    table_.modules.push_back({path, is_file ? ElfFile(path).BuildId() : ""});
  }
  return found->second;
}

// How often code had taken the place of other code. Stamps rise but for a little.
std::size_t CallSites::EpochAt(std::uint64_t stamp) {
  while (epoch_ < epochs_.size() && epochs_[epoch_] <= stamp) ++epoch_;
  while (epoch_ > 0 && epochs_[epoch_ - 1] > stamp) --epoch_;
  return epoch_;
}

std::uint32_t CallSites::FrameOf(std::uint64_t return_address, std::uint64_t stamp) {
  // A byte of the call: what it returns to may be another line, or another function.
  const std::uint64_t address = return_address - 1;
  CodePlace place{.module = kNoModule, .address = address};
  for (const Mapping& mapping : mappings_) {
    // Where threads see new code at once, one may use it before the other has written it down; but
    // what lies there first is what the first record means.
    if (mapping.stamp > stamp && place.module != kNoModule) break;
    if (address < mapping.begin || address >= mapping.end) continue;
    place = {.module = mapping.module, .address = address - mapping.moved_by};
  }
  const auto [found, is_new] =
      frame_numbers_.emplace(place, static_cast<std::uint32_t>(table_.frames.size()));
  if (is_new) table_.frames.push_back(place);
  return found->second;
}

// The index in sites_; kMaxSites when there is no room for another.
std::size_t CallSites::SiteOf(std::span<const std::byte> frames, std::uint64_t stamp) {
  std::vector<std::uint32_t> stack;
  for (std::size_t at = 0; at + 8 <= frames.size(); at += 8) {
    std::uint64_t address = 0;
    std::memcpy(&address, frames.data() + at, sizeof(address));
    stack.push_back(FrameOf(address, stamp));
  }
  std::string key(reinterpret_cast<const char*>(stack.data()), stack.size() * sizeof(stack[0]));
  const auto [found, is_new] = by_frames_.emplace(std::move(key), sites_.size());
  if (is_new) {
    sites_.emplace_back();
    table_.sites.push_back(std::move(stack));
  }
  return found->second;
}

std::uint32_t CallSites::Take(std::span<const std::byte> frames, std::uint64_t stamp) {
  if (frames.empty()) return 0;
  key_.assign(reinterpret_cast<const char*>(frames.data()), frames.size());
  AppendBytes(key_, EpochAt(stamp));
  auto found = by_addresses_.find(key_);
  if (found == by_addresses_.end()) {
    if (by_addresses_.size() >= kMaxSites) {
      ++untold_;
      return 0;
    }
    found = by_addresses_.emplace(key_, SiteOf(frames, stamp)).first;
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
  SiteTable ordered = {table_.modules, table_.frames, {}};
  for (const std::size_t index : order) ordered.sites.push_back(table_.sites[index]);
  const std::size_t kept = AddSiteTable(ordered, bytes, metadata);
  for (std::size_t i = 0; i < kept; ++i) {
    sites_[order[i]].number = static_cast<std::uint32_t>(i + 1);
  }
  if (untold_ != 0) {
    metadata.emplace_back(
        "sites_untold",
        fmt::format("{} allocations from stacks that were too many to tell apart", untold_));
  }
}

}  // namespace alloclab::recorder
