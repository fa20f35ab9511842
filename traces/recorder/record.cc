#include "traces/recorder/record.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "traces/recorder/child_program.h"
#include "traces/recorder/clock.h"
#include "traces/recorder/raw_folder.h"

namespace alloclab::recorder {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string RawPath(const RecordOptions& options) {
  const fs::path output = fs::absolute(options.output);
  if (!options.raw_folder.empty()) {
    return (fs::absolute(options.raw_folder) / fmt::format("alloclab-raw-{}", getpid())).string();
  }
  return (output.parent_path() / fmt::format(".{}.raw-{}", output.filename().string(), getpid()))
      .string();
}

// The dynamic linker takes spaces and colons in LD_PRELOAD for separators.
std::string PreloadPath(const std::string& library) {
  const std::string path = fs::absolute(library).lexically_normal().string();
  if (!fs::exists(path)) {
    throw TraceError(
        fmt::format("{}: there is no recorder library here; build "
                    "//traces/recorder/preload:liballoclab_record.so",
                    path));
  }
  if (path.find_first_of(" :") != std::string::npos) {
    throw TraceError(fmt::format(
        "{}: the dynamic linker preloads no library with a space or colon in its path; move it",
        path));
  }
  return path;
}

// The user's own preloads stay, behind the recorder: their allocator is what it records.
std::vector<std::string> Variables(const std::string& library, const std::string& raw_path) {
  const char* preload = std::getenv("LD_PRELOAD");
  std::string value = "LD_PRELOAD=" + library;
  if (preload != nullptr && *preload != '\0') value += std::string(":") + preload;
  return {std::move(value), fmt::format("{}={}", kFolderVariable, raw_path)};
}

// Checks what can be checked before the program has run for an hour.
void CheckOptions(const RecordOptions& options) {
  if (options.argv.empty()) throw TraceError("no program to record; name one after --");
  if (options.output == "-") {
    throw TraceError(
        "a recording cannot go to standard output, which is the program's; name a file");
  }
  FormFromName(options.output);
  const fs::path folder = fs::absolute(options.output).parent_path();
  if (!fs::is_directory(folder) || access(folder.c_str(), W_OK) != 0) {
    throw TraceError(fmt::format("{}: cannot write a file into this folder", folder.string()));
  }
}

std::string DescribeEnd(int status) {
  if (WIFSIGNALED(status)) {
    return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  }
  return fmt::format("status {}", WEXITSTATUS(status));
}

// Ticks and nanoseconds of one span of time, which relate the two clocks.
class ClockRate {
 public:
  std::string Describe() const { return fmt::format("{}, {:.0f} MHz", kClockName, Hz() / 1e6); }

  // The longer ago this was made, the more exact.
  double Hz() const {
    const auto ticks = static_cast<double>(ReadClock() - ticks_);
    const auto ns = static_cast<double>(SystemNanoseconds(CLOCK_MONOTONIC) - ns_);
    return ns > 0 ? ticks / ns * 1e9 : 0;
  }

 private:
  std::uint64_t ticks_ = ReadClock();
  std::uint64_t ns_ = SystemNanoseconds(CLOCK_MONOTONIC);
};

void ExplainMissingMain(const std::string& program, const RecordResult& result) {
  const ImageSummary* main = nullptr;
  for (const ImageSummary& image : result.images) {
    if (image.is_main) main = &image;
  }
  if (main == nullptr) {
    throw TraceError(fmt::format(
        "{}: no records at all: the recorder was not loaded into it, because it is statically "
        "linked or gains privileges (setuid); record a dynamically linked build",
        program));
  }
  if (main->calls == 0 && result.signal != 0) {
    throw TraceError(
        fmt::format("{}: no records at all: signal {} ({}) ended the program before any call to "
                    "malloc that the "
                    "recorder could see; run it by itself",
                    program, result.signal, strsignal(result.signal)));
  }
  if (main->calls == 0) {
    throw TraceError(fmt::format(
        "{}: no records at all: the program made no call to malloc that the recorder could see; it "
        "allocates nothing, or has a malloc of its own inside the executable",
        program));
  }
}

void AddWarnings(const std::string& program, const RawFolder& raw, RecordResult& result) {
  if (result.signal != 0) {
    result.warnings.push_back(fmt::format("{}: died by signal {} ({}); its trace ends there",
                                          program, result.signal, strsignal(result.signal)));
  }
  if (raw.images_lost() != 0) {
    result.warnings.push_back(fmt::format(
        "{} processes were not recorded: their raw files could not be made", raw.images_lost()));
  }
  for (const ImageSummary& image : result.images) {
    if (!image.tainted.empty()) {
      result.warnings.push_back(
          fmt::format("process {} ({}): tainted: {}", image.pid, image.program, image.tainted));
    }
  }
}

// What SIGUSR1 does: turns over whether calls are recorded, for all processes of the run at once.
class PauseSwitch {
 public:
  PauseSwitch(RunHeader& run, bool paused) {
    if (paused) run.pauses.store(1, std::memory_order_relaxed);
    run.paused.store(paused ? 1 : 0, std::memory_order_relaxed);
    current_ = &run;
  }
  ~PauseSwitch() { current_ = nullptr; }
  PauseSwitch(const PauseSwitch&) = delete;
  PauseSwitch& operator=(const PauseSwitch&) = delete;

  static void TurnOver() {
    RunHeader* run = current_;
    if (run == nullptr) return;
    const bool was_paused = run->paused.fetch_xor(1, std::memory_order_relaxed) != 0;
    if (!was_paused) run->pauses.fetch_add(1, std::memory_order_relaxed);
    const char* text = was_paused ? "alloclab: recording\n" : "alloclab: recording is paused\n";
    // Nothing is left to be done when it cannot be written.
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
  }

 private:
  static inline std::atomic<RunHeader*> current_{nullptr};
};

// Two clocks read a few microseconds apart tell a rate to one in a thousand after as many
// milliseconds, which a short program does not run.
constexpr std::chrono::milliseconds kRateTime{20};

void AddTimes(double resolution_ns, const ClockRate& clock, MergeOptions& merge) {
  std::this_thread::sleep_for(kRateTime);
  const double hz = clock.Hz();
  const double ticks = std::clamp(resolution_ns * hz / 1e9, 1.0, 0x1p62);
  merge.time_step = std::bit_floor(static_cast<std::uint64_t>(ticks));
  merge.metadata.emplace_back("clock_hz", fmt::format("{:.0f}", hz));
}

MergeOptions MakeMergeOptions(const RecordOptions& options, const std::string& raw_path,
                              pid_t pid) {
  MergeOptions merge;
  merge.folder = raw_path;
  merge.output = options.output;
  merge.pid = pid;
  merge.keep_children = options.keep_children;
  merge.create = [level = options.zstd_level](const std::string& path, const Metadata& metadata) {
    return CreateTrace(path, FormFromName(path), {.metadata = metadata, .zstd_level = level});
  };
  return merge;
}

}  // namespace

RecordResult Record(const RecordOptions& options) {
  CheckOptions(options);
  const std::string library = PreloadPath(options.preload_library);
  const std::string program = FindProgram(options.argv.front());
  RecordResult result;
  const RawFolder raw(RawPath(options), options.max_raw_bytes, options.time_resolution_ns > 0,
                      options.site_depth);
  const PauseSwitch pause(raw.run(), options.start_paused);
  SignalForwarder signals(PauseSwitch::TurnOver);
  const ClockRate clock;

  const Clock::time_point start = Clock::now();
  const pid_t pid = StartProgram(program, options.argv, Variables(library, raw.path()));
  signals.ForwardTo(pid);
  const int status = signals.Wait();
  result.run_seconds = SecondsSince(start);
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.exit_code = result.signal != 0 ? 128 + result.signal : WEXITSTATUS(status);

  MergeOptions merge = MakeMergeOptions(options, raw.path(), pid);
  merge.metadata = {{"clock", clock.Describe()}};
  merge.pauses = raw.run().pauses.load(std::memory_order_relaxed);
  if (options.time_resolution_ns > 0) AddTimes(options.time_resolution_ns, clock, merge);
  merge.main_metadata = {{"exit", DescribeEnd(status)},
                         {"seconds", fmt::format("{:.3f}", result.run_seconds)}};
  merge.stop = &signals.stopped();
  const Clock::time_point merge_start = Clock::now();
  result.images = MergeRecording(merge);
  result.merge_seconds = SecondsSince(merge_start);
  ExplainMissingMain(program, result);
  AddWarnings(program, raw, result);
  return result;
}

}  // namespace alloclab::recorder
