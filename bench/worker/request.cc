#include "bench/worker/request.h"

#include <charconv>
#include <iterator>

namespace alloclab {
namespace {

constexpr std::string_view kPassNames[] = {"checked", "time", "memory", "latency", "count"};

template <class Number>
bool ParseNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// The fewest digits that give the same number back.
std::string ShortestText(double number) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), number).ptr);
}

bool ParsePass(std::string_view name, WorkerPass& pass) {
  for (std::size_t i = 0; i < std::size(kPassNames); ++i) {
    if (kPassNames[i] != name) continue;
    pass = static_cast<WorkerPass>(i);
    return true;
  }
  return false;
}

bool ParseTouch(std::string_view name, Touch& touch) {
  const std::optional<Touch> found = TouchFromName(name);
  if (found) touch = *found;
  return found.has_value();
}

const char* ParseOne(std::string_view key, std::string_view value, WorkerRequest& request) {
  if (key == "--pass") {
    return ParsePass(value, request.pass) ? nullptr
                                          : "--pass is checked, time, memory, latency or count";
  }
  if (key == "--mode") {
    const std::optional<ReplayMode> mode = ReplayModeFromName(value);
    if (mode) request.mode = *mode;
    return mode ? nullptr : "--mode is serial, partial-order or timed";
  }
  if (key == "--time-scale") {
    const bool good = ParseNumber(value, request.time_scale) && request.time_scale >= 0;
    return good ? nullptr : "--time-scale is a factor, 0 or more";
  }
  if (key == "--touch") {
    return ParseTouch(value, request.touch) ? nullptr
                                            : "--touch is none, first, page, line or byte";
  }
  if (key == "--held") {
    request.held_is_resident = value == "resident";
    return request.held_is_resident || value == "best" ? nullptr : "--held is best or resident";
  }
  if (key == "--repetitions") {
    return ParseNumber(value, request.repetitions) ? nullptr : "--repetitions is a number";
  }
  if (key == "--draw") {
    return ParseNumber(value, request.draw) ? nullptr : "--draw is a number";
  }
  if (key == "--memory-limit") {
    return ParseNumber(value, request.memory_limit_bytes) ? nullptr
                                                          : "--memory-limit is a number of bytes";
  }
  if (key == "--program-fd") {
    return ParseNumber(value, request.program_fd) ? nullptr : "--program-fd is a descriptor";
  }
  if (key == "--report-fd") {
    return ParseNumber(value, request.report_fd) ? nullptr : "--report-fd is a descriptor";
  }
  if (key == "--allocator") {
    request.allocator = value;
    return nullptr;
  }
  if (key == "--library") {
    request.library = value;
    return nullptr;
  }
  return "the flags are --pass, --allocator, --library, --mode, --time-scale, --touch, --held, "
         "--repetitions, --draw, --memory-limit, --program-fd and --report-fd, each with =value";
}

}  // namespace

std::string_view WorkerPassName(WorkerPass pass) {
  return kPassNames[static_cast<std::size_t>(pass)];
}

std::vector<std::string> WorkerArguments(const WorkerRequest& request) {
  return {
      "--pass=" + std::string(WorkerPassName(request.pass)),
      "--allocator=" + std::string(request.allocator),
      "--library=" + std::string(request.library),
      "--mode=" + std::string(ReplayModeName(request.mode)),
      "--time-scale=" + ShortestText(request.time_scale),
      "--touch=" + std::string(TouchName(request.touch)),
      std::string("--held=") + (request.held_is_resident ? "resident" : "best"),
      "--repetitions=" + std::to_string(request.repetitions),
      "--draw=" + std::to_string(request.draw),
      "--memory-limit=" + std::to_string(request.memory_limit_bytes),
      "--program-fd=" + std::to_string(request.program_fd),
      "--report-fd=" + std::to_string(request.report_fd),
  };
}

const char* ParseWorkerArguments(int count, const char* const* arguments, WorkerRequest& request) {
  for (int i = 0; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view key = argument.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : argument.substr(equals + 1);
    if (const char* wrong = ParseOne(key, value, request)) return wrong;
  }
  return nullptr;
}

}  // namespace alloclab
