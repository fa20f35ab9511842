// Programs that fork, exec, and end in every way there is.

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "traces/recorder/raw_format.h"
#include "traces/recorder/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

volatile sig_atomic_t handled = 0;

// free(NULL) is a call that an allocator can take at any moment.
void FreeNothing(int) {
  std::free(nullptr);
  handled = handled + 1;
}

void ExitWithSeven(int) { _exit(7); }

// Asks the recorder, its parent, to turn recording over, and waits until that is done.
void TurnOver(const recorder::RunHeader& run) {
  const std::uint32_t before = run.paused.load();
  kill(getppid(), SIGUSR1);
  while (run.paused.load() == before) usleep(1000);
}

int ExitCode(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

// The exit code of the child says whether the parent's blocks were as they should be.
int ForkAndUseBlocks(const Arguments&) {
  void* blocks[100];
  for (std::size_t i = 0; i < 100; ++i) blocks[i] = Keep(std::malloc(5000 + i));
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 50; ++i) std::free(blocks[i]);
    for (int i = 50; i < 100; ++i) blocks[i] = Keep(std::realloc(blocks[i], 6000));
    const pid_t grandchild = fork();
    if (grandchild == 0) {
      for (int i = 50; i < 100; ++i) std::free(blocks[i]);
      _exit(0);
    }
    _exit(ExitCode(grandchild));
  }
  for (void* block : blocks) std::free(block);
  return ExitCode(child);
}

// Begins unrecorded. Blocks of 1111 bytes are made while nothing is, and those of 3333 lie at one
// address: one of them is freed, and another made and freed, in a pause.
int Pauses(const Arguments&) {
  const std::string path = std::string(std::getenv(recorder::kFolderVariable)) + "/run";
  const int file = open(path.c_str(), O_RDONLY);
  void* mapped = mmap(nullptr, sizeof(recorder::RunHeader), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) return 1;
  const auto& run = *static_cast<const recorder::RunHeader*>(mapped);
  void* before = Keep(std::malloc(1111));
  void* resized = Keep(std::malloc(1111));
  TurnOver(run);
  Mark(kBeginMark);
  std::free(before);
  resized = Keep(std::realloc(resized, 1200));
  void* block = Keep(std::malloc(3333));
  TurnOver(run);
  std::free(block);
  std::free(Keep(std::malloc(3333)));
  std::free(Keep(std::malloc(1111)));
  TurnOver(run);
  block = Keep(std::malloc(3333));
  std::free(block);
  std::free(resized);
  Mark(kEndMark);
  return 0;
}

int VforkAndExec(const Arguments&) {
  const pid_t child = vfork();
  if (child == 0) {
    // POSIX forbids it and programs do it: the child allocates in its parent's memory.
    std::free(Keep(std::malloc(8888)));
    execl("/bin/true", "true", nullptr);
    _exit(127);
  }
  const int code = ExitCode(child);
  std::free(Keep(std::malloc(9999)));
  return code;
}

// `exec N` becomes `exec N-1`, and so on to 0, in one process.
int ExecChain(const Arguments& arguments) {
  const int left = std::atoi(arguments.argument);
  std::free(Keep(std::malloc(10'000 + static_cast<std::size_t>(left))));
  if (left == 0) return 0;
  execl(arguments.program, arguments.program, "exec", std::to_string(left - 1).c_str(), nullptr);
  return 1;
}

int QuickExit(const Arguments&) {
  std::thread([] {
    for (int i = 0; i < 10; ++i) Keep(std::malloc(4242));
    _exit(3);
  }).join();
  return 1;
}

int KillItself(const Arguments&) {
  for (int i = 0; i < 5000; ++i) Keep(std::malloc(4242));
  raise(SIGKILL);
  return 1;
}

// Prints how many signals came while the loop ran; each made one call of free(NULL).
int Signals(const Arguments& arguments) {
  struct sigaction action = {};
  action.sa_handler = FreeNothing;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  const itimerval often = {{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &often, nullptr);
  for (int i = 0; i < 1'000'000; ++i) std::free(Keep(std::malloc(32)));
  const itimerval never = {};
  setitimer(ITIMER_REAL, &never, nullptr);
  const int file = open(arguments.argument, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  const std::string text = std::to_string(handled);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return written ? 0 : 1;
}

// Ready once it has written the file named by the argument; SIGTERM makes it exit with 7.
int WaitForTerm(const Arguments& arguments) {
  struct sigaction action = {};
  action.sa_handler = ExitWithSeven;
  sigaction(SIGTERM, &action, nullptr);
  Mark(kBeginMark);
  close(open(arguments.argument, O_CREAT | O_WRONLY, 0600));
  for (;;) pause();
}

// A daemon's first act; then enough calls to need the recorder's files.
int CloseAllFiles(const Arguments& arguments) {
  closefrom(3);
  for (int i = 0; i < 5; ++i) {
    if (open("/dev/null", O_WRONLY) < 0) return 1;
  }
  return FillChunks(arguments);
}

}  // namespace alloclab::subjects
