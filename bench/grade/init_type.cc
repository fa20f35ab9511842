#include "bench/grade/init_type.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

namespace alloclab::grade {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The words of a source, one after the other. A word is a name, a number, or a single byte of
// anything else.
class Words {
 public:
  explicit Words(std::string_view source) : rest_(source) {}

  // Empty at the end.
  std::string_view Next() {
    while (SkipOne()) {
    }
    if (rest_.empty()) return {};
    std::size_t bytes = 1;
    if (IsWordByte(rest_.front())) {
      while (bytes < rest_.size() && InWord(bytes)) ++bytes;
    }
    const std::string_view word = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    SkipRaw(word);
    return word;
  }

 private:
  // A number may have quotes between its digits.
  bool InWord(std::size_t at) const {
    const bool number = rest_.front() >= '0' && rest_.front() <= '9';
    return IsWordByte(rest_[at]) ||
           (number && rest_[at] == '\'' && at + 1 < rest_.size() && IsWordByte(rest_[at + 1]));
  }

  // Skips what is no word, where there is such a thing.
  bool SkipOne() {
    if (rest_.empty()) return false;
    const std::size_t before = rest_.size();
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    if (rest_.starts_with("/*")) {
      SkipTo("*/", 2);
    } else if (rest_.starts_with("//")) {
      SkipLine();
    } else if (rest_.starts_with("\\\n") || rest_.starts_with("\\\r\n")) {
      SkipTo("\n", 1);
    } else if (rest_.starts_with('"') || rest_.starts_with('\'')) {
      SkipQuoted();
    }
    return rest_.size() != before;
  }

  // Skips what stands up to the end of the next `end`, which is looked for from byte `from` on.
  void SkipTo(std::string_view end, std::size_t from) {
    const std::size_t found = rest_.find(end, from);
    rest_.remove_prefix(found == std::string_view::npos ? rest_.size() : found + end.size());
  }

  // A line goes on behind a backslash at its end.
  void SkipLine() {
    for (;;) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      std::string_view line = rest_.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      if (rest_.empty() || !line.ends_with('\\')) return;
    }
  }

  // One that is not closed ends with its line: so does an apostrophe in an #error.
  void SkipQuoted() {
    const char quote = rest_.front();
    std::size_t at = 1;
    while (at < rest_.size() && rest_[at] != quote && rest_[at] != '\n') {
      at += rest_[at] == '\\' ? 2u : 1u;
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
  }

  // R"name(...)name", whose R was the end of `word`.
  void SkipRaw(std::string_view word) {
    constexpr std::string_view kPrefixes[] = {"R", "LR", "uR", "UR", "u8R"};
    if (!rest_.starts_with('"') || std::ranges::find(kPrefixes, word) == std::end(kPrefixes)) {
      return;
    }
    const std::size_t open = rest_.find_first_of("( \n");
    if (open == std::string_view::npos || rest_[open] != '(') return;
    SkipTo(")" + std::string(rest_.substr(1, open - 1)) + "\"", open);
  }

  std::string_view rest_;
};

}  // namespace

bool SaysInitIsBool(std::string_view source) {
  Words words(source);
  std::string_view last_but_one, last;
  for (std::string_view word = words.Next(); !word.empty(); word = words.Next()) {
    if (word == "(" && last == "mm_init" && (last_but_one == "bool" || last_but_one == "_Bool")) {
      return true;
    }
    last_but_one = last;
    last = word;
  }
  return false;
}

}  // namespace alloclab::grade
