#include "traces/text_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

constexpr std::string_view kBlanks = " \t\r";
// Longer words are cut in messages.
constexpr std::size_t kQuotedBytes = 40;

std::string Quoted(std::string_view word) {
  if (word.empty()) return "the end of the line";
  std::string text = "\"";
  for (const char byte : word.substr(0, kQuotedBytes)) text.push_back(byte < ' ' ? '?' : byte);
  return text + (word.size() > kQuotedBytes ? "...\"" : "\"");
}

// Takes words off the front of a line and remembers the first complaint.
class LineParser {
 public:
  explicit LineParser(std::string_view line) : rest_(line) {}

  // The next word, empty at the end of the line.
  std::string_view Word() {
    const std::size_t begin = rest_.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) {
      rest_ = {};
      return {};
    }
    const std::size_t end = std::min(rest_.find_first_of(kBlanks, begin), rest_.size());
    const std::string_view word = rest_.substr(begin, end - begin);
    rest_.remove_prefix(end);
    return word;
  }
  std::string_view PeekWord() const { return LineParser(rest_).Word(); }
  bool Accept(std::string_view word) {
    if (PeekWord() != word) return false;
    Word();
    return true;
  }

  std::uint64_t Number(std::string_view what) { return NumberIn(Word(), what, UINT64_MAX); }
  std::uint64_t NumberIn(std::string_view word, std::string_view what, std::uint64_t most) {
    std::uint64_t number = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    if (word.empty() || stop != end || error != std::errc() || number > most) {
      Expect(fmt::format("{}, a number up to {}", what, most), word);
    }
    return number;
  }
  // An allocation's name: any number but the one that means "none".
  std::uint64_t Name() { return NumberIn(Word(), "the number of an allocation", UINT64_MAX - 1); }

  void Expect(std::string_view what, std::string_view found) {
    Complain(fmt::format("expected {}, found {}", what, Quoted(found)));
  }
  void Complain(std::string sentence) {
    if (broken_.empty()) broken_ = std::move(sentence);
  }
  const std::string& broken() const { return broken_; }

 private:
  std::string_view rest_;
  std::string broken_;
};

bool IsNumberStart(std::string_view word) {
  return !word.empty() && word[0] >= '0' && word[0] <= '9';
}

void ParseKind(LineParser& parser, Event& event) {
  const std::string_view word = parser.Word();
  if (word == "free" && parser.Accept("null")) {
    event.kind = EventKind::kFreeNull;
    return;
  }
  std::string all;
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (kind == EventKind::kFreeNull) continue;
    if (word == kKindTraits[i].name) {
      event.kind = kind;
      return;
    }
    all += fmt::format(", {}", kKindTraits[i].name);
  }
  parser.Expect(fmt::format("one of {}", all.substr(2)), word);
}

void ParseOperands(LineParser& parser, Event& event) {
  const KindTraits& traits = TraitsOf(event.kind);
  const bool resizes = traits.role == EventRole::kResizes;
  if (traits.role == EventRole::kFrees || (resizes && !parser.Accept("null"))) {
    event.ref = parser.Name();
  }
  if (traits.has_alignment) event.alignment = parser.Number("an alignment");
  if (traits.has_count) event.count = parser.Number("a count");
  if (traits.has_size) event.size = parser.Number("a size");
  if (parser.PeekWord().starts_with('@')) {
    const std::string_view word = parser.Word();
    event.thread =
        static_cast<std::uint32_t>(parser.NumberIn(word.substr(1), "a thread", UINT32_MAX));
  }
  if (parser.PeekWord().starts_with('t')) {
    event.time = parser.NumberIn(parser.Word().substr(1), "a time", UINT64_MAX);
  }
  if (parser.PeekWord().starts_with('s')) {
    const std::string_view word = parser.Word();
    event.site =
        static_cast<std::uint32_t>(parser.NumberIn(word.substr(1), "a call site", UINT32_MAX));
    if (!CanFail(event.kind)) {
      parser.Complain(fmt::format("{} has no call site: remove {}", traits.name, Quoted(word)));
    }
  }
  if (const std::string_view word = parser.Word(); !word.empty()) {
    parser.Expect("the end of the line", word);
  }
}

// Compares what the line says about success with what the kind allows.
void CheckResult(LineParser& parser, const Event& event) {
  const KindTraits& traits = TraitsOf(event.kind);
  const bool named = event.id != kNoAllocation;
  if (event.failed && (named || !CanFail(event.kind))) {
    parser.Complain(fmt::format("a failed {} {}", traits.name,
                                named ? "makes no allocation: remove \"number =\" or \"failed\""
                                      : "does not exist: remove \"failed\""));
  } else if (named && !MakesAllocation(event)) {
    parser.Complain(fmt::format(
        "{} makes no allocation: remove \"number =\"{}", traits.name,
        CanFail(event.kind) ? " (it freed its block and returned NULL), or give it a size" : ""));
  } else if (!named && MakesAllocation(event)) {
    parser.Complain(fmt::format(
        "{} makes an allocation: begin with \"number =\", or with \"failed\" if it did not",
        traits.name));
  }
}

}  // namespace

ParsedEvent ParseEventLine(std::string_view line) {
  LineParser parser(line);
  ParsedEvent result;
  Event& event = result.event;
  if (IsNumberStart(parser.PeekWord())) {
    event.id = parser.Name();
    if (!parser.Accept("=")) parser.Expect("\"=\"", parser.PeekWord());
  }
  event.failed = parser.Accept("failed");
  if (parser.broken().empty()) ParseKind(parser, event);
  if (parser.broken().empty()) ParseOperands(parser, event);
  if (parser.broken().empty()) CheckResult(parser, event);
  result.broken = parser.broken();
  return result;
}

}  // namespace alloclab
