#include "bench/deterministic/callgrind_file.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

namespace alloclab {
namespace {

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool ParseCount(const std::string& word, std::uint64_t& count) {
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, count);
  return error == std::errc() && stop == end;
}

// Zeros at the end of a line of counts are left out.
bool Pair(const std::vector<std::string>& names, const std::vector<std::string>& counts,
          MarkedCounts& marked) {
  if (counts.empty() || counts.size() > names.size()) return false;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!ParseCount(counts[i], marked.events[names[i]])) return false;
  }
  return true;
}

}  // namespace

std::optional<MarkedCounts> ReadCallgrindFile(std::istream& file) {
  constexpr std::string_view kMark = "desc: Trigger: Client Request: ";
  constexpr std::string_view kEvents = "events: ";
  constexpr std::string_view kTotals = "totals: ";
  MarkedCounts marked;
  std::vector<std::string> names, totals;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kMark)) marked.mark = line.substr(kMark.size());
    if (line.starts_with(kEvents)) names = Words(line.substr(kEvents.size()));
    if (line.starts_with(kTotals)) totals = Words(line.substr(kTotals.size()));
  }
  if (marked.mark.empty() || !Pair(names, totals, marked)) return std::nullopt;
  return marked;
}

void TakeCallgrindFiles(const std::string& base,
                        const std::function<void(const MarkedCounts&)>& each) {
  for (int number = 1;; ++number) {
    const std::string path = base + "." + std::to_string(number);
    std::ifstream file(path);
    if (!file) return;
    if (const std::optional<MarkedCounts> marked = ReadCallgrindFile(file)) each(*marked);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace alloclab
