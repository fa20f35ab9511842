#include "bench/workloads/run_request.h"

#include <charconv>

namespace alloclab::workloads {
namespace {

template <class Number>
bool ParseNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool ParseBetween(std::string_view text, std::uint32_t least, std::uint32_t most,
                  std::uint32_t& number) {
  return ParseNumber(text, number) && number >= least && number <= most;
}

const char* ParseOne(std::string_view key, std::string_view value, RunRequest& request) {
  if (key == "--workload" || key == "--library") {
    (key == "--workload" ? request.workload : request.library) = value;
    return nullptr;
  }
  if (key == "--threads") {
    return ParseBetween(value, 1, kMostThreads, request.threads) ? nullptr
                                                                 : "--threads is 1 to 1024";
  }
  if (key == "--work") {
    return ParseBetween(value, 1, 100, request.work_percent) ? nullptr
                                                             : "--work is 1 to 100 percent";
  }
  if (key == "--seed") {
    return ParseNumber(value, request.seed) ? nullptr : "--seed is a number";
  }
  if (key == "--memory-limit") {
    return ParseNumber(value, request.memory_limit_bytes) ? nullptr
                                                          : "--memory-limit is a number of bytes";
  }
  if (key == "--report-fd") {
    return ParseNumber(value, request.report_fd) ? nullptr : "--report-fd is a descriptor";
  }
  return "the flags are --workload, --library, --threads, --work, --seed, --memory-limit and "
         "--report-fd, each with =value";
}

}  // namespace

std::vector<std::string> RunnerArguments(const RunRequest& request) {
  return {
      "--workload=" + std::string(request.workload),
      "--library=" + std::string(request.library),
      "--threads=" + std::to_string(request.threads),
      "--work=" + std::to_string(request.work_percent),
      "--seed=" + std::to_string(request.seed),
      "--memory-limit=" + std::to_string(request.memory_limit_bytes),
      "--report-fd=" + std::to_string(request.report_fd),
  };
}

const char* ParseRunnerArguments(int count, const char* const* arguments, RunRequest& request) {
  for (int i = 0; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : argument.substr(equals + 1);
    if (const char* wrong = ParseOne(argument.substr(0, equals), value, request)) return wrong;
  }
  return nullptr;
}

}  // namespace alloclab::workloads
