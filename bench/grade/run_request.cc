#include "bench/grade/run_request.h"

#include <charconv>
#include <string_view>

namespace alloclab::grade {
namespace {

constexpr std::string_view kCheck = "check";
constexpr std::string_view kCount = "count";

template <class Number>
bool Read(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

}  // namespace

std::vector<std::string> RunnerArguments(const RunRequest& request) {
  return {std::string(request.counted ? kCount : kCheck),
          request.solution,
          std::to_string(request.alignment),
          std::to_string(request.operations),
          std::to_string(request.heap_bytes),
          std::to_string(request.nonce),
          std::to_string(request.program_fd),
          std::to_string(request.report_fd)};
}

bool ParseRunnerArguments(const std::vector<std::string>& arguments, RunRequest& request) {
  if (arguments.size() != 8 || (arguments[0] != kCheck && arguments[0] != kCount)) return false;
  request.counted = arguments[0] == kCount;
  request.solution = arguments[1];
  return Read(arguments[2], request.alignment) && Read(arguments[3], request.operations) &&
         Read(arguments[4], request.heap_bytes) && Read(arguments[5], request.nonce) &&
         Read(arguments[6], request.program_fd) && Read(arguments[7], request.report_fd) &&
         (request.alignment == 8 || request.alignment == 16);
}

}  // namespace alloclab::grade
