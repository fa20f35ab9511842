// A request survives the way through a command line, and a wrong argument is refused.

#include "bench/worker/request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alloclab {
namespace {

const char* Parse(const std::vector<std::string>& arguments, WorkerRequest& request) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return ParseWorkerArguments(static_cast<int>(pointers.size()), pointers.data(), request);
}

TEST(WorkerRequest, SurvivesTheCommandLine) {
  WorkerRequest sent;
  sent.pass = WorkerPass::kMemory;
  sent.allocator = "boundary_tags";
  sent.library = "/lib/x=y.so";
  sent.mode = ReplayMode::kPartialOrder;
  sent.time_scale = 0.1;
  sent.touch = Touch::kPage;
  sent.held_is_resident = true;
  sent.repetitions = UINT64_MAX;
  sent.draw = 7;
  sent.memory_limit_bytes = 12345;
  sent.program_fd = 5;
  sent.report_fd = 6;
  const std::vector<std::string> arguments = WorkerArguments(sent);
  WorkerRequest received;
  ASSERT_EQ(Parse(arguments, received), nullptr);
  EXPECT_EQ(received.pass, sent.pass);
  EXPECT_EQ(received.allocator, sent.allocator);
  EXPECT_EQ(received.library, sent.library);
  EXPECT_EQ(received.mode, sent.mode);
  EXPECT_EQ(received.time_scale, sent.time_scale);
  EXPECT_EQ(received.touch, sent.touch);
  EXPECT_EQ(received.held_is_resident, sent.held_is_resident);
  EXPECT_EQ(received.repetitions, sent.repetitions);
  EXPECT_EQ(received.draw, sent.draw);
  EXPECT_EQ(received.memory_limit_bytes, sent.memory_limit_bytes);
  EXPECT_EQ(received.program_fd, sent.program_fd);
  EXPECT_EQ(received.report_fd, sent.report_fd);
}

TEST(WorkerRequest, WrongArgumentsAreRefused) {
  for (const char* wrong :
       {"--pass=quick", "--touch=all", "--mode=fast", "--time-scale=-1", "--time-scale=nan",
        "--time-scale=", "--held=mine", "--repetitions=", "--repetitions=1x", "--repetitions=-1",
        "--draw=first", "--memory-limit=18446744073709551616", "--program-fd=a",
        "--report-fd=", "--colour=red", "time", ""}) {
    WorkerRequest request;
    EXPECT_NE(Parse({wrong}, request), nullptr) << wrong;
  }
}

}  // namespace
}  // namespace alloclab
