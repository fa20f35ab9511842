#include "tools/cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

namespace alloclab::cli {
namespace {

constexpr const char* kEmptyLine = "\r\033[K";

std::string Duration(std::chrono::seconds left) {
  if (left.count() < 100) return fmt::format("{} s", left.count());
  return fmt::format("{} min", (left.count() + 59) / 60);
}

void Write(const CompareProgress& progress) {
  std::cerr << kEmptyLine << progress.done << "/" << progress.total;
  if (progress.left) std::cerr << ", about " << Duration(*progress.left) << " left";
  std::cerr << ": " << progress.what << std::flush;
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (terminal_) std::cerr << kEmptyLine << std::flush;
}

Progress::Show ProgressLine::show() const {
  return terminal_ ? Progress::Show(Write) : Progress::Show();
}

}  // namespace alloclab::cli
