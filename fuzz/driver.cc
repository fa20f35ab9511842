// A main for fuzz targets where libFuzzer is not linked: any compiler, any sanitizer. Runs the
// given files and then seeded random inputs, so that every fuzz target is a plain test too.
//
// The inputs run in a child process that notes the number of the current one in shared memory. When
// the child dies, of whatever cause, the parent makes that input again, saves it and tells how to
// run it. An input that takes longer than kTimeoutSeconds counts as a death.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/finding.h"
#include "fuzz/random_input.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

constexpr unsigned kTimeoutSeconds = 60;

using Input = std::vector<std::uint8_t>;

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t runs = 20000;
  std::size_t max_bytes = 400;
  std::vector<std::string> paths;
};

// The files named, and those in the folders named, in a fixed order. Dot files are not inputs.
std::vector<std::string> FilesIn(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().filename().string().starts_with('.')) continue;
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Input ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Input input{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    fmt::print(stderr, "{}: cannot be read; name a readable file or folder\n", path);
    std::exit(2);
  }
  return input;
}

// Files first, then random inputs.
class Inputs {
 public:
  explicit Inputs(const Options& options) : options_(options), files_(FilesIn(options.paths)) {}

  std::uint64_t count() const { return files_.size() + options_.runs; }
  std::size_t files() const { return files_.size(); }
  Input At(std::uint64_t i) const {
    return i < files_.size() ? ReadFile(files_[i])
                             : RandomInput(options_.seed, i - files_.size(), options_.max_bytes);
  }
  std::string Name(std::uint64_t i) const {
    if (i < files_.size()) return files_[i];
    return fmt::format("random input {} of seed {}", i - files_.size(), options_.seed);
  }

 private:
  const Options options_;
  const std::vector<std::string> files_;
};

using Progress = std::atomic<std::uint64_t>;
static_assert(Progress::is_always_lock_free);

Progress* SharedProgress() {
  void* page =
      mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    std::perror("mmap of a shared page");
    std::exit(2);
  }
  return new (page) Progress(0);
}

[[noreturn]] void RunAll(const Inputs& inputs, Progress& current) {
  for (std::uint64_t i = 0; i < inputs.count(); ++i) {
    current = i;
    alarm(kTimeoutSeconds);
    const Input input = inputs.At(i);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  alarm(0);
  current = inputs.count();
  std::exit(0);
}

std::string HowItDied(int status) {
  if (!WIFSIGNALED(status))
    return fmt::format("the process ended with status {}", WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGALRM) {
    return fmt::format("the input took longer than {} s", kTimeoutSeconds);
  }
  return fmt::format("the process died of signal {} ({})", WTERMSIG(status),
                     strsignal(WTERMSIG(status)));
}

void ReportFailure(const Inputs& inputs, std::uint64_t i, int status) {
  if (i == inputs.count()) {
    fmt::print(stderr, "after the last input: {}\n", HowItDied(status));
    return;
  }
  const Input input = inputs.At(i);
  fmt::print(stderr, "{}: {}\n", inputs.Name(i), HowItDied(status));
  // A target that aborted has told what it found.
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) ReportDeath(input, HowItDied(status));
  const std::string path = ArtifactPrefix() + "crash-input";
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(input.data()),
             static_cast<std::streamsize>(input.size()));
  file.close();
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  fmt::print(stderr, "{}: {}\nrun it again: {} --runs 0 {}\n",
             file.good() ? "input" : "NOT written", path, self, path);
}

int Run(const Options& options) {
  const Inputs inputs(options);
  fmt::print("{} files, then {} random inputs of seed {}\n", inputs.files(), options.runs,
             options.seed);
  std::fflush(stdout);
  Progress* current = SharedProgress();
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) {
    std::perror("fork");
    return 2;
  }
  if (child == 0) RunAll(inputs, *current);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno == EINTR) continue;
    std::perror("waitpid");
    return 2;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{} inputs in {:.1f} s, {:.0f} a second\n", current->load(), seconds.count(),
             static_cast<double>(current->load()) / seconds.count());
  std::fflush(stdout);
  if (status == 0) return 0;
  ReportFailure(inputs, *current, status);
  return 1;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  alloclab::Options options;
  CLI::App app("Runs files and seeded random inputs through a fuzz target.");
  app.add_option("--seed", options.seed, "of the random inputs")->capture_default_str();
  app.add_option("--runs", options.runs, "how many random inputs")->capture_default_str();
  app.add_option("--max-bytes", options.max_bytes, "of a random input")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  const char* outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  std::string prefix = outputs == nullptr ? "" : std::string(outputs) + "/";
  app.add_option("--artifact-prefix", prefix, "put before the names of files written");
  app.add_option("inputs", options.paths, "files, or folders of files, that are run first")
      ->check(CLI::ExistingPath);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  alloclab::SetArtifactPrefix(prefix);
  return alloclab::Run(options);
}
