#include "bench/programs/program_run.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "bench/process/child_process.h"
#include "bench/programs/bindings.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

// So much of a text that differs is shown.
constexpr std::size_t kShownBytes = 40;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ReadAll(int file) {
  std::string text(static_cast<std::size_t>(lseek(file, 0, SEEK_END)), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got =
        pread(file, text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

std::string Shown(const std::string& text, std::size_t at) {
  std::string part = text.substr(at, kShownBytes);
  for (char& c : part) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
  }
  return part;
}

std::string Difference(const std::string& expected, const std::string& actual) {
  if (expected == actual) return "";
  std::size_t at = 0;
  while (at < expected.size() && at < actual.size() && expected[at] == actual[at]) ++at;
  return fmt::format("at byte {} of {} it is \"{}\", and \"{}\" under system, of {}", at,
                     actual.size(), Shown(actual, at), Shown(expected, at), expected.size());
}

fs::path EmptyFolder(const fs::path& path) {
  fs::remove_all(path);
  fs::create_directory(path);
  return path;
}

}  // namespace

struct ProgramRunner::Launched {
  std::string reason;
  bool interrupted = false;
  LaunchReport report;
  std::string printed;
};

ProgramRunner::ProgramRunner(const RunSettings& settings, const MeasuredProgram& program,
                             const fs::path& folder)
    : settings_(settings), program_(program), folder_(folder) {}

std::vector<std::string> ProgramRunner::Resolved(std::vector<std::string> command) const {
  const std::string path = PathOfProgram(command[0]);
  if (!path.empty()) command[0] = path;
  return command;
}

std::string ProgramRunner::Prepare() const {
  const fs::path input = EmptyFolder(folder_ / "input");
  for (const InputFile& file : program_.inputs) {
    std::ofstream(input / file.name, std::ios::binary) << file.contents;
  }
  for (const std::vector<std::string>& command : program_.preparation) {
    LaunchRequest request = RequestFor({"system", Table::kPreload, ""});
    request.socket.clear();
    request.commands = {{Resolved(command), false}};
    const Launched launched = Launch(std::move(request), input);
    if (!launched.reason.empty()) return "its input could not be made: " + launched.reason;
  }
  return "";
}

LaunchRequest ProgramRunner::RequestFor(const Candidate& allocator) const {
  LaunchRequest request;
  request.memory_limit_bytes = settings_.memory_limit_bytes;
  request.environment = {std::string("PATH=") + kProgramPath, "LC_ALL=C.UTF-8", "TZ=UTC",
                         "HOME=" + folder_.string(), "TMPDIR=" + (folder_ / "run").string()};
  request.environment.insert(request.environment.end(), program_.variables.begin(),
                             program_.variables.end());
  std::string library = allocator.path;
  if (library.empty() && program_.links_allocator) library = SystemLibrary();
  if (!library.empty()) request.of_program.push_back("LD_PRELOAD=" + library);
  request.socket = program_.socket;
  request.commands.push_back({Resolved(program_.command), program_.socket.empty()});
  for (const LoadStep& step : program_.load) {
    request.commands.push_back({Resolved(step.command), step.answers});
  }
  return request;
}

ProgramRunner::Launched ProgramRunner::Launch(LaunchRequest request, const fs::path& folder) const {
  const MemoryFile report_file("alloclab-report"), printed("alloclab-stdout"),
      errors("alloclab-stderr");
  request.report_fd = report_file.descriptor();
  std::vector<std::string> arguments = LaunchArguments(request);
  arguments.insert(arguments.begin(), settings_.launcher_path);
  const ChildEnd end = RunChildProcess({.arguments = std::move(arguments),
                                        .folder = folder,
                                        .stdout_fd = printed.descriptor(),
                                        .stderr_fd = errors.descriptor(),
                                        .timeout = settings_.timeout,
                                        .interrupted = settings_.interrupted});
  Launched launched;
  launched.interrupted = end.interrupted;
  const std::string line = FirstLineOf(errors.descriptor());
  const std::string said = line.empty() ? "" : "; it said: " + line;
  if (!end.succeeded()) {
    launched.reason = HowItEnded(end, settings_.timeout) + (end.timed_out ? "" : said);
    return launched;
  }
  LaunchReport& report = launched.report;
  if (pread(report_file.descriptor(), &report, sizeof(report), 0) != sizeof(report)) {
    launched.reason = "the launcher did not report";
  } else if (report.failed_command >= 0) {
    const auto failed = static_cast<std::size_t>(report.failed_command);
    const ChildEnd how = {.status = report.status};
    launched.reason = HowItEnded(how, {}) + said;
    if (failed > 0) {
      const fs::path program = request.commands[failed].words[0];
      launched.reason =
          fmt::format("{}, which asked it, {}", program.filename().string(), launched.reason);
    } else if (report.status == 0) {
      launched.reason = "it ended before it had been asked" + said;
    }
  }
  launched.printed = ReadAll(printed.descriptor());
  return launched;
}

ProgramOutcome ProgramRunner::Run(const Candidate& allocator, bool watched) const {
  const fs::path run = EmptyFolder(folder_ / "run");
  if (program_.command[0].starts_with("./")) {
    fs::create_symlink(PathOfProgram(program_.needed[0].program), run / program_.command[0]);
  }
  LaunchRequest request = RequestFor(allocator);
  const fs::path bindings = folder_ / "bindings";
  if (watched) {
    for (std::string& variable : WatchBindings(EmptyFolder(bindings))) {
      request.of_program.push_back(std::move(variable));
    }
  }
  Launched launched = Launch(std::move(request), run);
  ProgramOutcome outcome = {.reason = std::move(launched.reason),
                            .interrupted = launched.interrupted,
                            .report = launched.report,
                            .answer = {.printed = std::move(launched.printed), .files = {}}};
  if (watched && outcome.reason.empty()) {
    const std::string library = allocator.path.empty() ? SystemLibrary() : allocator.path;
    outcome.reason = WhyNotBoundTo(library, bindings);
  }
  fs::remove_all(bindings);
  for (const std::string& file : program_.files) {
    if (outcome.reason.empty() && !fs::exists(run / file)) {
      outcome.reason = fmt::format("it did not write {}", file);
    }
    outcome.answer.files.push_back(ReadFile(run / file));
  }
  return outcome;
}

std::string DifferenceOf(const MeasuredProgram& program, const ProgramAnswer& expected,
                         const ProgramAnswer& actual) {
  const std::string printed = Difference(expected.printed, actual.printed);
  if (!printed.empty()) return "what it prints is not the same: " + printed;
  for (std::size_t i = 0; i < program.files.size(); ++i) {
    const std::string file = Difference(expected.files[i], actual.files[i]);
    if (!file.empty()) return fmt::format("{} is not the same: {}", program.files[i], file);
  }
  return "";
}

std::string SystemLibrary() {
  Dl_info found = {};
  // A function that no allocator takes over.
  if (dladdr(reinterpret_cast<const void*>(&gnu_get_libc_version), &found) == 0) return "";
  return found.dli_fname;
}

}  // namespace alloclab
