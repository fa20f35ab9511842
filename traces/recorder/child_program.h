// The recorded program as a child process.

#ifndef ALLOCLAB_TRACES_RECORDER_CHILD_PROGRAM_H_
#define ALLOCLAB_TRACES_RECORDER_CHILD_PROGRAM_H_

#include <sys/types.h>

#include <atomic>
#include <string>
#include <vector>

namespace alloclab::recorder {

// The file a shell would run for `name`. Throws TraceError, saying why, when there is none.
std::string FindProgram(const std::string& name);

// Starts `path` with this environment and `variables` ("NAME=value") on top of it. Throws
// TraceError.
pid_t StartProgram(const std::string& path, const std::vector<std::string>& argv,
                   const std::vector<std::string>& variables);

// While it lives, SIGINT, SIGTERM, SIGHUP and SIGQUIT do not end this process. Those that another
// process sent are passed on to the program until it has ended (the terminal sends its own to
// both); after that they set stopped(). SIGUSR1 calls `on_user_signal`, which is async-signal-safe.
class SignalForwarder {
 public:
  explicit SignalForwarder(void (*on_user_signal)());
  ~SignalForwarder();
  SignalForwarder(const SignalForwarder&) = delete;
  SignalForwarder& operator=(const SignalForwarder&) = delete;

  void ForwardTo(pid_t program);

  // Waits for the program to end and returns its wait status.
  int Wait();

  const std::atomic<bool>& stopped() const;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_CHILD_PROGRAM_H_
