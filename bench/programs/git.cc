// A history that is read from its pack and compared version by version: strings and buffers of
// every size, the large ones allocated and freed again and again. A malloc that gives pages back
// each time pays for it here.

#include <sstream>
#include <string>

#include "bench/programs/descriptions.h"

namespace alloclab {
namespace {

constexpr int kFiles = 23;
constexpr int kLines = 120;

// Some lines change with every version, others now and then.
std::string Contents(int file, int version) {
  std::ostringstream text;
  for (int line = 0; line < kLines; ++line) {
    const int change = line % 9 == version % 9 ? version : line * 7919 % (version / 3 + 1);
    text << "line " << line << " of file " << file << ", as changed by " << change << "\n";
  }
  return text.str();
}

// As git fast-import reads it: the same commits, with the same names, every time.
std::string History(int commits) {
  std::ostringstream stream;
  for (int i = 1; i <= commits; ++i) {
    const std::string message = "Change file " + std::to_string(i % kFiles) + "\n";
    const std::string contents = Contents(i % kFiles, i);
    stream << "commit refs/heads/main\ncommitter Somebody <s@example.org> " << 1700000000 + i * 3600
           << " +0000\ndata " << message.size() << "\n"
           << message << "M 100644 inline folder/file" << i % kFiles << "\ndata " << contents.size()
           << "\n"
           << contents << "\n";
  }
  return stream.str();
}

}  // namespace

MeasuredProgram GitProgram(RunLength length) {
  return {
      .name = "git",
      .needed = {{"git", "git"}},
      .variables = {"GIT_CONFIG_NOSYSTEM=1"},
      .command = {"git", "-C", "../input/repository", "log", "-p", "--stat", "--word-diff"},
      .inputs = {{"history", History(length == RunLength::kUsual ? 1400 : 300)}},
      .preparation = {{"git", "init", "-q", "-b", "main", "repository"},
                      {"sh", "-c", "git -C repository fast-import --quiet <history"}},
  };
}

}  // namespace alloclab
