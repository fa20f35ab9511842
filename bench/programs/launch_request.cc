#include "bench/programs/launch_request.h"

#include <charconv>
#include <stdexcept>
#include <system_error>

// Numbers are decimal. A list is how many there are, and then they: words may be anything.

namespace alloclab {
namespace {

constexpr char kAnswers[] = "answers";
constexpr char kSilent[] = "silent";

void Append(std::vector<std::string>& arguments, const std::vector<std::string>& words) {
  arguments.push_back(std::to_string(words.size()));
  arguments.insert(arguments.end(), words.begin(), words.end());
}

class Reader {
 public:
  explicit Reader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  bool AtEnd() const { return at_ == arguments_.size(); }
  std::string Word() {
    if (AtEnd()) throw std::invalid_argument("a word is missing at the end");
    return arguments_[at_++];
  }
  template <class Number>
  Number Whole() {
    const std::string word = Word();
    Number number = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || stop != word.data() + word.size()) {
      throw std::invalid_argument("'" + word + "' should be a number");
    }
    return number;
  }
  std::vector<std::string> Words() {
    std::vector<std::string> words;
    for (auto left = Whole<std::size_t>(); left > 0; --left) words.push_back(Word());
    return words;
  }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> LaunchArguments(const LaunchRequest& request) {
  std::vector<std::string> arguments = {std::to_string(request.report_fd),
                                        std::to_string(request.memory_limit_bytes), request.socket};
  Append(arguments, request.environment);
  Append(arguments, request.of_program);
  for (const LaunchCommand& command : request.commands) {
    arguments.emplace_back(command.answers ? kAnswers : kSilent);
    Append(arguments, command.words);
  }
  return arguments;
}

LaunchRequest ParseLaunchArguments(const std::vector<std::string>& arguments) {
  Reader reader(arguments);
  LaunchRequest request;
  request.report_fd = reader.Whole<int>();
  request.memory_limit_bytes = reader.Whole<std::uint64_t>();
  request.socket = reader.Word();
  request.environment = reader.Words();
  request.of_program = reader.Words();
  while (!reader.AtEnd()) {
    const std::string kind = reader.Word();
    if (kind != kAnswers && kind != kSilent) {
      throw std::invalid_argument("'" + kind + "' is no kind of command");
    }
    request.commands.push_back({.words = reader.Words(), .answers = kind == kAnswers});
    if (request.commands.back().words.empty()) throw std::invalid_argument("an empty command");
  }
  if (request.commands.empty()) throw std::invalid_argument("no command");
  return request;
}

}  // namespace alloclab
