#include "bench/deterministic/counter.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/deterministic/callgrind_file.h"
#include "bench/deterministic/plain_c_library.h"
#include "bench/process/command_output.h"
#include "bench/process/compare_error.h"
#include "bench/worker/caches.h"
#include "bench/worker/count_mark.h"
#include "bench/worker/runner.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

// A folder for callgrind's files, gone with this object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = fs::temp_directory_path() / "alloclab-counts-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name);
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// The caller's settings are kept (those of glibc's malloc are among them), and ours win.
std::string Tunables() {
  const char* own = std::getenv("GLIBC_TUNABLES");
  const bool any = own != nullptr && *own != '\0';
  return std::string("GLIBC_TUNABLES=") + (any ? std::string(own) + ":" : "") + kPlainCLibrary;
}

// Replaces what the runner put there, which is the library alone.
std::string Preloaded(const Candidate& candidate, const std::string& stopped_clock) {
  if (candidate.path.empty()) return "LD_PRELOAD=";
  return "LD_PRELOAD=" + stopped_clock + ":" + candidate.path;
}

// The limit of who is not told one. Valgrind keeps the program's own at 0 and means what it was
// itself given at most; so does Linux, which counts against that what is private and writable, and
// not what is only reserved.
std::string DataLimit(std::uint64_t bytes) {
  return "--data=" + (bytes == 0 ? "unlimited" : std::to_string(bytes));
}

std::vector<std::string> Callgrind(const std::string& preloaded, const std::string& file,
                                   std::uint64_t memory_limit_bytes) {
  return {"env",
          Tunables(),
          preloaded,
          "prlimit",
          DataLimit(memory_limit_bytes),
          "valgrind",
          "--command-line-only=yes",  // neither VALGRIND_OPTS nor a .valgrindrc
          "--tool=callgrind",
          "--quiet",
          "--log-file=/dev/null",  // what the program said is what tells why it ended
          "--instr-atstart=no",
          "--cache-sim=yes",
          "--I1=" + kI1.Text(),
          "--D1=" + kD1.Text(),
          "--LL=" + kLastLevel.Text(),
          "--callgrind-out-file=" + file};
}

Counts CountsFrom(const MarkedCounts& marked, std::uint64_t operations) {
  return {.operations = operations,
          .instructions = marked.Of("Ir"),
          .d1_misses = marked.Of("D1mr") + marked.Of("D1mw"),
          .ll_misses = marked.Of("ILmr") + marked.Of("DLmr") + marked.Of("DLmw")};
}

}  // namespace

std::string ValgrindVersion() {
  const std::string said = CommandOutput({"valgrind", "--version"});
  constexpr std::string_view kName = "valgrind-";
  return said.starts_with(kName) ? said.substr(kName.size()) : said;
}

void RequireValgrind() {
  if (!ValgrindVersion().empty()) return;
  throw CompareError(
      "instructions are counted by valgrind, which is not there. Install the package valgrind "
      "(tools/setup does).");
}

Counter::Counter(CounterOptions options) : options_(std::move(options)) {}

CountOutcome Counter::Count(const Candidate& candidate, int program_fd) const {
  const ScratchFolder folder;
  const std::string file = folder.path() / "counts";
  WorkerRequest request;
  request.pass = WorkerPass::kCount;
  request.allocator = candidate.path.empty() ? std::string_view(candidate.name) : "system";
  request.library = candidate.path;
  request.touch = options_.touch;
  request.program_fd = program_fd;
  const Runner runner(options_.worker_path, options_.timeout,
                      Callgrind(Preloaded(candidate, options_.stopped_clock_path), file,
                                options_.memory_limit_bytes));
  WorkerOutcome outcome = runner.Run(request, 0);
  if (!outcome.reason.empty()) return {std::move(outcome.reason), {}};
  CountOutcome result = {"valgrind counted nothing", {}};
  TakeCallgrindFiles(file, [&](const MarkedCounts& marked) {
    if (marked.mark != kCountMark || marked.Of("Ir") == 0) return;
    result = {"", CountsFrom(marked, outcome.report.operations)};
  });
  return result;
}

}  // namespace alloclab
