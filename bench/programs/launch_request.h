// What is asked of the launcher (launcher.cc), as its command line, and what it answers.

#ifndef ALLOCLAB_BENCH_PROGRAMS_LAUNCH_REQUEST_H_
#define ALLOCLAB_BENCH_PROGRAMS_LAUNCH_REQUEST_H_

#include <cstdint>
#include <string>
#include <vector>

namespace alloclab {

struct LaunchCommand {
  std::vector<std::string> words;
  bool answers = false;  // it writes to the launcher's standard output; others to nowhere

  friend bool operator==(const LaunchCommand&, const LaunchCommand&) = default;
};

struct LaunchRequest {
  int report_fd = -1;                    // a LaunchReport is written here
  std::uint64_t memory_limit_bytes = 0;  // of private writable memory, each process; 0: none
  // All variables that there are for every command, and those that the program alone has, too.
  std::vector<std::string> environment = {};
  std::vector<std::string> of_program = {};
  // Not empty: the program is a server, which listens at this Unix socket.
  std::string socket = {};
  // The program; then what asks the server, one after the other.
  std::vector<LaunchCommand> commands = {};

  friend bool operator==(const LaunchRequest&, const LaunchRequest&) = default;
};

// One run as it was measured. Figures hold only when `failed_command` is -1.
struct LaunchReport {
  // Of the program and all processes that it started.
  std::uint64_t cpu_ns = 0;
  // Of the largest one of them: the system keeps no sum.
  std::uint64_t resident_bytes_peak = 0;
  // Until the last of them ended; of a server, how long the first command took that asked it.
  std::uint64_t elapsed_ns = 0;
  std::int32_t failed_command = -1;  // by its place among the commands
  std::int32_t status = 0;           // of that one, as wait gives it
};

// The launcher's arguments, without its own name.
std::vector<std::string> LaunchArguments(const LaunchRequest& request);

// The request again. Throws std::invalid_argument for anything else.
LaunchRequest ParseLaunchArguments(const std::vector<std::string>& arguments);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_LAUNCH_REQUEST_H_
