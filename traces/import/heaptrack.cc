#include "traces/import/heaptrack.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "traces/import/line_words.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kFormatVersion = 3;
// heaptrack writes as much of a command line.
constexpr std::size_t kArgumentsMaxBytes = 4096;

// Whether a line is a letter, and then one or two hexadecimal numbers.
bool IsNumbersLine(std::string_view line, char letter) {
  return line.size() > 2 && line.size() < 40 && line[0] == letter && line[1] == ' ' &&
         line.find_first_not_of("0123456789abcdef \r", 2) == std::string_view::npos;
}

bool Begins(std::string_view begin) {
  return IsNumbersLine(begin.substr(0, begin.find('\n')), 'v');
}

// heaptrack's own version, 0x010400 for 1.4.0.
std::string VersionName(std::uint64_t version) {
  return fmt::format("{}.{}.{}", version >> 16, version >> 8 & 0xFF, version & 0xFF);
}

class Heaptrack final : public Importer {
 public:
  explicit Heaptrack(std::unique_ptr<ByteSource> source)
      : lines_(std::move(source), kImportLineMaxBytes, "call") {
    if (!lines_.Next() || !lines_.line().starts_with("v ")) {
      lines_.Refuse(
          "expected \"v\" and the versions as the first line; record with heaptrack --raw");
    }
    LineWords words(lines_, lines_.line().substr(2));
    version_ = words.Hexadecimal("heaptrack's version");
    const std::uint64_t format = words.Hexadecimal("the version of the format");
    words.End();
    if (format != kFormatVersion) {
      lines_.Refuse(
          fmt::format("version {} of the format, and only {} is known; record again with "
                      "a heaptrack that writes it (1.4 does), --raw",
                      format, kFormatVersion));
    }
  }

  bool ReadNext(AddressEvents& events) override {
    if (!lines_.Next()) {
      if (in_arguments_) RefuseArguments();
      return false;
    }
    if (lines_.unfinished()) {
      cut_ = true;
      return false;
    }
    if (in_arguments_) {
      ReadMoreArguments();
    } else {
      ReadLine(events);
    }
    return true;
  }

  Metadata Facts() const override {
    Metadata facts = {{"recorder", "heaptrack " + VersionName(version_)}};
    if (!program_.empty()) facts.emplace_back("program", program_);
    if (!arguments_.empty()) facts.emplace_back("arguments", arguments_);
    return facts;
  }
  std::string Warning() const override { return cut_ ? CutLineWarning(lines_) : ""; }

 private:
  void ReadLine(AddressEvents& events) {
    const std::string_view line = lines_.line();
    if (line.empty()) return;
    // A letter, and a blank where anything follows.
    const char letter = line.size() == 1 || line[1] == ' ' ? line[0] : '\0';
    LineWords words(lines_, line.substr(1));
    switch (letter) {
      case '+':
        return ReadMalloc(words, events);
      case '-':
        return ReadFree(words, events);
      case 'x':
        return ReadProgram(words);
      case 'X':
        arguments_ = line.substr(std::min<std::size_t>(2, line.size()));
        in_arguments_ = true;
        return;
      case 't':
      case 'm':
      case 'c':
      case 'R':
      case 'I':
      case 'S':
      case 'A':
        return;
      case 's':
      case 'i':
      case 'a':
        lines_.Refuse(
            "this is heaptrack's interpreted form, which no longer says which block is freed; "
            "record with heaptrack --raw");
      default:
        LineWords(lines_).Refuse("one of +, -, t, m, c, R, I, S, A, x, X", line.substr(0, 1));
    }
  }

  void ReadMalloc(LineWords& words, AddressEvents& events) {
    const std::uint64_t size = words.Hexadecimal("a size");
    words.Hexadecimal("the number of a stack");
    const std::uint64_t pointer = words.Hexadecimal("a pointer");
    words.End();
    events.Acquire({.size = size}, pointer);
  }

  void ReadFree(LineWords& words, AddressEvents& events) {
    const std::uint64_t pointer = words.Hexadecimal("a pointer");
    words.End();
    events.Release({}, pointer);
  }

  // The path follows its length and a blank, and may have blanks in it.
  void ReadProgram(LineWords& words) {
    const std::uint64_t length = words.Hexadecimal("the length of a path");
    const std::string_view line = lines_.line();
    if (length < line.size()) program_ = line.substr(line.size() - length);
  }

  // An argument may have line feeds, and then lines that look like anything. The first that is
  // about the machine is no argument.
  void ReadMoreArguments() {
    if (IsNumbersLine(lines_.line(), 'I')) {
      in_arguments_ = false;
      return;
    }
    arguments_ += fmt::format("\n{}", lines_.line());
    if (arguments_.size() > kArgumentsMaxBytes) RefuseArguments();
  }

  [[noreturn]] void RefuseArguments() const {
    lines_.Refuse(
        "the line about the machine (I) that ends the command line (X) is missing; record again");
  }

  LineReader lines_;
  std::uint64_t version_ = 0;
  std::string program_;
  std::string arguments_;
  bool in_arguments_ = false;  // between the line X and the line I
  bool cut_ = false;
};

}  // namespace

const ImportFormat kHeaptrackFormat = {
    "heaptrack", "heaptrack --raw, version 3", Begins,
    [](std::unique_ptr<ByteSource> source) -> std::unique_ptr<Importer> {
      return std::make_unique<Heaptrack>(std::move(source));
    }};

}  // namespace alloclab
