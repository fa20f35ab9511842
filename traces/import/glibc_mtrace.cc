#include "traces/import/glibc_mtrace.h"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "traces/import/line_words.h"

namespace alloclab {
namespace {

constexpr std::string_view kStart = "= Start";
constexpr std::string_view kEnd = "= End";

bool Begins(std::string_view begin) { return begin.starts_with(kStart); }

class GlibcMtrace final : public Importer {
 public:
  explicit GlibcMtrace(std::unique_ptr<ByteSource> source)
      : lines_(std::move(source), kImportLineMaxBytes, "call") {
    if (!lines_.Next() || lines_.line() != kStart) {
      lines_.Refuse(fmt::format("expected \"{}\" as the first line; trace again", kStart));
    }
  }

  bool ReadNext(AddressEvents& events) override {
    if (!lines_.Next()) return false;
    if (lines_.unfinished()) {
      cut_ = true;
      return false;
    }
    const std::string_view line = lines_.line();
    // A program may stop tracing and start again.
    if (line.empty() || line == kStart || line == kEnd) return true;
    LineWords words(lines_, AfterPlace());
    const std::string_view call = words.Word();
    if (resized_ && call != ">") words.Refuse("\">\", the other half of the realloc before", call);
    ReadCall(call, words, events);
    return true;
  }

  Metadata Facts() const override { return {{"recorder", "glibc mtrace"}}; }
  std::string Warning() const override {
    if (resized_) {
      return fmt::format("{}: ends inside a realloc, so it was cut; its old block stays as it was",
                         lines_.name());
    }
    return cut_ ? CutLineWarning(lines_) : "";
  }

 private:
  // What follows "@ place", or the whole line. A call has no bracket in it, so the last one ends
  // the place.
  std::string_view AfterPlace() const {
    const std::string_view line = lines_.line();
    if (!line.starts_with("@ ")) return line;
    const std::size_t bracket = line.rfind(']');
    if (bracket == std::string_view::npos) {
      LineWords(lines_).Refuse("a place that ends in \"]\"", line);
    }
    return line.substr(bracket + 1);
  }

  void ReadCall(std::string_view call, LineWords& words, AddressEvents& events) {
    if (call.size() != 1 || std::string_view("+-<>!").find(call) == std::string_view::npos) {
      words.Refuse("one of +, -, <, >, !", call);
    }
    const std::uint64_t pointer = words.Pointer("a pointer");
    const bool has_size = call != "-" && call != "<";
    const std::uint64_t size = has_size ? words.Pointer("a size") : 0;
    words.End();
    const Event resize = {.kind = EventKind::kRealloc, .size = size};
    if (call == "+") return events.Acquire({.size = size}, pointer);
    if (call == "-") return events.Release({}, pointer);
    if (call == "!") return events.Resize(resize, pointer, 0);
    if (call == "<") {
      resized_ = pointer;
      return;
    }
    if (!resized_) words.Refuse("\"<\", the first half of a realloc, on the line before", call);
    events.Resize(resize, *std::exchange(resized_, std::nullopt), pointer);
  }

  LineReader lines_;
  std::optional<std::uint64_t> resized_;  // the old block of a realloc of which half has been read
  bool cut_ = false;
};

}  // namespace

const ImportFormat kGlibcMtraceFormat = {
    "mtrace", "glibc mtrace log", Begins,
    [](std::unique_ptr<ByteSource> source) -> std::unique_ptr<Importer> {
      return std::make_unique<GlibcMtrace>(std::move(source));
    }};

}  // namespace alloclab
