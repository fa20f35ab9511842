#include "allocator/preload/run_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace alloclab::preload {
namespace {

// Like a shell's.
constexpr int kNotFound = 127;

// Runs in the child.
[[noreturn]] void Become(const Command& command, int out, int err) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing running
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (!command.folder.empty() && chdir(command.folder.c_str()) != 0) _exit(kNotFound);
  // putenv keeps the strings themselves; this process becomes another at once.
  for (const std::string& variable : command.variables) putenv(strdup(variable.c_str()));
  std::vector<char*> argv;
  for (const std::string& argument : command.argv) argv.push_back(strdup(argument.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(kNotFound);
}

int MakeFile(const char* name) {
  const int file = memfd_create(name, MFD_CLOEXEC);
  if (file < 0) throw std::runtime_error("memfd_create failed");
  return file;
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

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) + " is not set; run this test with bazel test");
  }
  return value;
}

}  // namespace

RunningProgram::RunningProgram(const Command& command)
    : out_(MakeFile("out")), err_(MakeFile("err")) {
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) Become(command, out_, err_);
  setpgid(pid_, pid_);  // whoever comes first
}

// A program that has ended keeps its number, and its group the same one, until it is reaped. So
// that comes last: what is killed is ours.
RunningProgram::~RunningProgram() {
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(out_);
  close(err_);
}

bool RunningProgram::WaitUntilEnded(int options) {
  siginfo_t info = {};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | options) != 0) {
    throw std::runtime_error("waitid failed");
  }
  if (info.si_pid != pid_) return false;
  status_ = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  return true;
}

bool RunningProgram::Ended() { return WaitUntilEnded(WNOHANG); }

Outcome RunningProgram::Wait(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  Outcome outcome;
  while (!Ended()) {
    if (std::chrono::steady_clock::now() > deadline) {
      outcome.timed_out = true;
      kill(-pid_, SIGKILL);
      WaitUntilEnded(0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  outcome.status = status_;
  outcome.out = ReadAll(out_);
  outcome.err = ReadAll(err_);
  return outcome;
}

Outcome RunProgram(const Command& command, std::chrono::seconds patience) {
  return RunningProgram(command).Wait(patience);
}

bool IsInstalled(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  std::istringstream path(Variable("PATH"));
  for (std::string folder; std::getline(path, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::vector<Statistics> TakeStatistics(std::string& err) {
  std::vector<Statistics> found;
  std::string rest;
  std::istringstream lines(err);
  for (std::string line; std::getline(lines, line);) {
    Statistics said;
    char variant[64] = {};
    int end = 0;
    const int fields = std::sscanf(line.c_str(),
                                   "alloclab malloc: %63[a-z0-9_]: %" SCNu64 " allocated, %" SCNu64
                                   " freed, %" SCNu64 " resized in place; %" SCNu64
                                   " bytes held, %" SCNu64 " at the peak%n",
                                   variant, &said.allocated, &said.freed, &said.resized,
                                   &said.bytes_held, &said.bytes_peak, &end);
    if (fields == 6 && static_cast<std::size_t>(end) == line.size()) {
      said.variant = variant;
      found.push_back(said);
    } else {
      rest += line + "\n";
    }
  }
  err = rest;
  return found;
}

std::string LibraryUnderTest() { return std::filesystem::absolute(Variable("ALLOCLAB_LIBRARY")); }

std::string VariantUnderTest() { return Variable("ALLOCLAB_VARIANT"); }

std::vector<std::string> UnderLibrary() {
  return {"LD_PRELOAD=" + LibraryUnderTest(), "ALLOCLAB_MALLOC_STATS=1"};
}

}  // namespace alloclab::preload
