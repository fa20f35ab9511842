#include "traces/import/android.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "traces/import/line_words.h"
#include "traces/import/thread_numbers.h"

namespace alloclab {
namespace {

constexpr std::string_view kNames[] = {"malloc", "calloc",   "realloc",
                                       "free",   "memalign", "thread_done"};
constexpr std::string_view kDigits = "0123456789";

bool Begins(std::string_view begin) {
  begin.remove_prefix(std::min(begin.find_first_not_of("\r\n"), begin.size()));
  const std::size_t digits = begin.find_first_not_of(kDigits);
  if (digits == 0 || digits == std::string_view::npos) return false;
  begin.remove_prefix(digits);
  if (!begin.starts_with(": ")) return false;
  begin.remove_prefix(2);
  return std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view name) {
    return begin.starts_with(name) && begin.substr(name.size()).starts_with(" 0x");
  });
}

class Android final : public Importer {
 public:
  explicit Android(std::unique_ptr<ByteSource> source)
      : lines_(std::move(source), kImportLineMaxBytes, "call") {}

  bool ReadNext(AddressEvents& events) override {
    if (!lines_.Next()) return false;
    if (lines_.unfinished()) {
      cut_ = true;
      return false;
    }
    LineWords words(lines_);
    if (!words.PeekWord().empty()) ReadCall(words, events);
    return true;
  }
  Metadata Facts() const override {
    Metadata facts = {{"recorder", "Android malloc debug"}};
    if (first_start_) facts.emplace_back("clock_hz", "1000000000");
    return facts;
  }
  std::string Warning() const override { return cut_ ? CutLineWarning(lines_) : ""; }

 private:
  void ReadCall(LineWords& words, AddressEvents& events);
  // The identifier before the colon.
  std::uint32_t ReadThread(LineWords& words);
  // The rest of the line: the times of a call, both or none. Gives that of its event.
  std::uint64_t ReadTimes(LineWords& words);
  // The same of the end of a thread, which has no start.
  std::uint64_t ReadEnd(LineWords& words);
  // The time of the event of what lasted from `start` to `end`.
  std::uint64_t EventTime(std::uint64_t start, std::uint64_t end);

  LineReader lines_;
  ThreadNumbers threads_;
  std::optional<std::uint64_t> first_start_;  // of the first line that has times
  bool cut_ = false;
};

std::uint32_t Android::ReadThread(LineWords& words) {
  const std::string_view word = words.Word();
  if (!word.ends_with(':')) words.Refuse("a thread's number and a colon", word);
  LineWords number(lines_, word.substr(0, word.size() - 1));
  return static_cast<std::uint32_t>(number.Decimal("a thread", UINT32_MAX));
}

std::uint64_t Android::EventTime(std::uint64_t start, std::uint64_t end) {
  if (!first_start_) first_start_ = start;
  if (end < *first_start_) return 1;
  const std::uint64_t since = end - *first_start_;
  return since == UINT64_MAX ? since : since + 1;
}

std::uint64_t Android::ReadTimes(LineWords& words) {
  if (words.PeekWord().empty()) return 0;
  const std::uint64_t start = words.Decimal("the time of the start");
  const std::uint64_t end = words.Decimal("the time of the end");
  words.End();
  return EventTime(start, end);
}

std::uint64_t Android::ReadEnd(LineWords& words) {
  if (words.PeekWord().empty()) return 0;
  const std::uint64_t end = words.Decimal("the time of the end");
  words.End();
  return EventTime(end, end);
}

void Android::ReadCall(LineWords& words, AddressEvents& events) {
  const std::uint32_t identifier = ReadThread(words);
  const std::string_view name = words.Word();
  if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) {
    words.Refuse("one of malloc, calloc, realloc, free, memalign, thread_done", name);
  }
  Event event = {.thread = threads_.Of(identifier)};
  const std::uint64_t pointer = words.Pointer("a pointer");
  if (name == "thread_done") {
    event.time = ReadEnd(words);
    threads_.End(identifier);
    event.kind = EventKind::kThreadEnd;
    return events.Notice(event);
  }
  if (name == "free") {
    event.time = ReadTimes(words);
    return events.Release(event, pointer);
  }
  std::uint64_t old_pointer = 0;
  if (name == "calloc") {
    event.kind = EventKind::kCalloc;
    event.count = words.Decimal("a count");
  } else if (name == "realloc") {
    event.kind = EventKind::kRealloc;
    old_pointer = words.Pointer("the old pointer");
  } else if (name == "memalign") {
    event.kind = EventKind::kMemalign;
    event.alignment = words.Decimal("an alignment");
  }
  event.size = words.Decimal("a size");
  event.time = ReadTimes(words);
  if (event.kind == EventKind::kRealloc) return events.Resize(event, old_pointer, pointer);
  events.Acquire(event, pointer);
}

}  // namespace

const ImportFormat kAndroidFormat = {
    "android", "Android memory_replay text", Begins,
    [](std::unique_ptr<ByteSource> source) -> std::unique_ptr<Importer> {
      return std::make_unique<Android>(std::move(source));
    }};

}  // namespace alloclab
