#include "traces/import/line_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace alloclab {
namespace {

constexpr std::string_view kBlanks = " \t\r";
// Longer words are cut in messages.
constexpr std::size_t kQuotedBytes = 40;

std::string Quoted(std::string_view word) {
  if (word.empty()) return "the end of the line";
  std::string text = "\"";
  for (const char byte : word.substr(0, kQuotedBytes)) {
    text.push_back(byte < ' ' || byte > '~' ? '?' : byte);
  }
  return text + (word.size() > kQuotedBytes ? "...\"" : "\"");
}

}  // namespace

std::string CutLineWarning(const LineReader& lines) {
  return fmt::format(
      "{}:{}: the last line does not end in a line feed, so it was cut and is left out; what "
      "followed it is not known",
      lines.name(), lines.number());
}

std::string_view LineWords::Word() {
  const std::size_t begin = std::min(rest_.find_first_not_of(kBlanks), rest_.size());
  const std::size_t end = std::min(rest_.find_first_of(kBlanks, begin), rest_.size());
  const std::string_view word = rest_.substr(begin, end - begin);
  rest_.remove_prefix(end);
  return word;
}

void LineWords::Refuse(std::string_view expected, std::string_view found) const {
  lines_.Refuse(
      fmt::format("expected {}, found {}; correct or remove the line", expected, Quoted(found)));
}

std::uint64_t LineWords::Decimal(std::string_view what, std::uint64_t most) {
  const std::string_view word = Word();
  std::uint64_t number = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (word.empty() || stop != end || error != std::errc() || number > most) {
    Refuse(fmt::format("{}, a number up to {}", what, most), word);
  }
  return number;
}

std::uint64_t LineWords::HexadecimalOf(std::string_view digits, std::string_view what,
                                       std::string_view found) const {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
  if (digits.empty() || stop != end || error != std::errc()) {
    Refuse(fmt::format("{}, a hexadecimal number of up to 64 bits", what), found);
  }
  return number;
}

std::uint64_t LineWords::Hexadecimal(std::string_view what) {
  const std::string_view word = Word();
  return HexadecimalOf(word, what, word);
}

std::uint64_t LineWords::Pointer(std::string_view what) {
  const std::string_view word = Word();
  if (word == "(nil)" || word == "0") return 0;
  // Without the prefix no digits are left, which is refused.
  return HexadecimalOf(word.starts_with("0x") ? word.substr(2) : "", what, word);
}

void LineWords::End() {
  if (const std::string_view word = Word(); !word.empty()) Refuse("the end of the line", word);
}

}  // namespace alloclab
