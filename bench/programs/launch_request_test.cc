// Requests come back as they were, whatever stands in them; anything else is refused.

#include "bench/programs/launch_request.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace alloclab {
namespace {

LaunchRequest Everything() {
  return {
      .report_fd = 17,
      .memory_limit_bytes = std::uint64_t{5} << 40,
      .environment = {"A=1", "EMPTY="},
      .of_program = {"LD_PRELOAD=/lib/a.so", "3", "answers"},
      .socket = "the socket",
      .commands = {{{"/bin/a", "", "--", "2", "silent"}, true}, {{"/bin/b"}, false}},
  };
}

TEST(LaunchRequest, ComesBackAsItWas) {
  EXPECT_EQ(ParseLaunchArguments(LaunchArguments(Everything())), Everything());
  const LaunchRequest least = {.report_fd = 3, .commands = {{{"a"}, false}}};
  EXPECT_EQ(ParseLaunchArguments(LaunchArguments(least)), least);
}

// Each beginning of a request is refused, but for those that end between two commands.
TEST(LaunchRequest, IsRefusedWhenItIsCut) {
  const std::vector<std::string> whole = LaunchArguments(Everything());
  constexpr std::size_t kSecondCommand = 3;  // its kind, how many words, the word
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::vector<std::string> part(whole.begin(),
                                        whole.begin() + static_cast<std::ptrdiff_t>(length));
    if (length == whole.size() - kSecondCommand) {
      EXPECT_EQ(ParseLaunchArguments(part).commands.size(), 1u);
    } else {
      EXPECT_THROW(ParseLaunchArguments(part), std::invalid_argument) << length;
    }
  }
}

TEST(LaunchRequest, IsRefusedWhenItIsSomethingElse) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"x", "0", "", "0", "0", "silent", "1", "a"},
           {"3", "-1", "", "0", "0", "silent", "1", "a"},
           {"3", "0", "", "0x", "0", "silent", "1", "a"},
           {"3", "0", "", "0", "0", "loud", "1", "a"},
           {"3", "0", "", "0", "0", "silent", "0"},
           {"3", "0", "", "0", "0"},
       }) {
    EXPECT_THROW(ParseLaunchArguments(wrong), std::invalid_argument) << wrong[0] << wrong[1];
  }
}

}  // namespace
}  // namespace alloclab
