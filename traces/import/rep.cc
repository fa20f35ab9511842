#include "traces/import/rep.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "traces/import/line_words.h"

namespace alloclab {
namespace {

constexpr std::size_t kHeaderNumbers = 4;
constexpr std::uint64_t kWeightMax = 3;
// An id is an address, plus one because address 0 is NULL.
constexpr std::uint64_t kIdsMax = UINT64_MAX - 1;

// Four numbers, and then a request or nothing.
bool Begins(std::string_view begin) {
  for (std::size_t i = 0; i <= kHeaderNumbers; ++i) {
    constexpr std::string_view kBlanks = " \t\r\n";
    begin.remove_prefix(std::min(begin.find_first_not_of(kBlanks), begin.size()));
    const std::string_view word = begin.substr(0, begin.find_first_of(kBlanks));
    if (i == kHeaderNumbers) return word.empty() || word == "a" || word == "r" || word == "f";
    if (word.empty() || word.find_first_not_of("0123456789") != std::string_view::npos) {
      return false;
    }
    begin.remove_prefix(word.size());
  }
  return false;
}

class Rep final : public Importer {
 public:
  explicit Rep(std::unique_ptr<ByteSource> source)
      : lines_(std::move(source), kImportLineMaxBytes, "request") {
    ReadHeader();
  }

  bool ReadNext(AddressEvents& events) override {
    if (!lines_.Next()) {
      if (requests_ != header_[2]) cut_ = true;
      return false;
    }
    LineWords words(lines_);
    if (words.PeekWord().empty()) return true;
    if (lines_.unfinished() && requests_ + 1 != header_[2]) {
      cut_ = true;
      return false;
    }
    ReadRequest(words, events);
    return true;
  }

  Metadata Facts() const override {
    return {
        {"recorder", fmt::format("CMU malloc lab, {} .rep", Dialect())},
        {"rep_header", fmt::format("{} {} {} {}", header_[0], header_[1], header_[2], header_[3])}};
  }
  std::string Warning() const override {
    if (!cut_) return "";
    return fmt::format(
        "{}: ends after {} of the {} requests that its header promises, so it was "
        "cut",
        lines_.name(), requests_, header_[2]);
  }

 private:
  // They may stand on one line each, or several on one.
  void ReadHeader() {
    for (std::size_t i = 0; i < kHeaderNumbers;) {
      if (!lines_.Next()) {
        lines_.Refuse(
            fmt::format("the file ends after {} of the {} numbers of its header; add the "
                        "others",
                        i, kHeaderNumbers));
      }
      LineWords words(lines_);
      while (i < kHeaderNumbers && !words.PeekWord().empty()) {
        header_[i++] = words.Decimal("a number of the header");
      }
      words.End();
    }
  }

  std::string_view Dialect() const {
    if (header_[0] > kWeightMax) return "classic";
    return header_[3] <= 1 ? "flags" : "peak";
  }

  std::uint64_t ReadId(LineWords& words) {
    const std::uint64_t id = words.Decimal("an id", kIdsMax);
    if (id >= header_[1]) {
      lines_.Refuse(
          fmt::format("id {} is not below {}, the number of ids in the header; correct "
                      "one of them",
                      id, header_[1]));
    }
    return id + 1;
  }

  void ReadRequest(LineWords& words, AddressEvents& events) {
    if (requests_ == header_[2]) {
      lines_.Refuse(
          fmt::format("this is one request more than the {} that the header promises; "
                      "correct the third number or remove the line",
                      header_[2]));
    }
    ++requests_;
    const std::string_view request = words.Word();
    if (request == "f") {
      std::uint64_t address = 0;
      if (words.PeekWord() == "-1") {
        words.Word();
      } else {
        address = ReadId(words);
      }
      words.End();
      return events.Release({}, address);
    }
    if (request != "a" && request != "r") words.Refuse("one of a, r, f", request);
    const std::uint64_t address = ReadId(words);
    const std::uint64_t size = words.Decimal("a size");
    words.End();
    if (request == "a") return events.Acquire({.size = size}, address);
    const bool live = events.IsLive(address);
    // realloc(block, 0) frees it; realloc(NULL, 0) makes one.
    events.Resize({.kind = EventKind::kRealloc, .size = size}, live ? address : 0,
                  live && size == 0 ? 0 : address);
  }

  LineReader lines_;
  std::array<std::uint64_t, kHeaderNumbers> header_ = {};
  std::uint64_t requests_ = 0;
  bool cut_ = false;
};

}  // namespace

const ImportFormat kRepFormat = {
    "rep", "CMU malloc lab .rep", Begins,
    [](std::unique_ptr<ByteSource> source) -> std::unique_ptr<Importer> {
      return std::make_unique<Rep>(std::move(source));
    }};

}  // namespace alloclab
