// Reads the compiled loops: that a timed loop makes no indirect call or jump and no system call is
// a fact about machine code, so it is read from the machine code of the worker that is shipped. The
// same eyes are shown loops that do each of these, and must see them.
//
// A call of malloc itself goes through the linkage table (call malloc@plt); that jump is part of
// how every program calls malloc, and not of the loop.

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "traces/replay/touch.h"

namespace alloclab {
namespace {

constexpr const char* kWorker = "bench/worker/worker";
constexpr const char* kBadLoops = "bench/worker/bad_loops";

struct Function {
  std::string name;
  std::vector<std::string> instructions;
};

// "00000000000012a0 <name>:" begins a function; the lines up to the next are its instructions.
bool IsHeader(std::string_view line) {
  return !line.empty() && line.front() != ' ' && line.ends_with(">:");
}

// The instances of the replay loop, and of the part of it that is out of line, in `binary`.
std::vector<Function> ReplayFunctions(const std::string& binary) {
  const std::string command =
      "llvm-objdump-19 --disassemble --demangle --no-show-raw-insn " + binary;
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
  std::vector<Function> functions;
  bool inside = false;
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t length; (length = getline(&line, &capacity, output.get())) > 0;) {
    const std::string_view text(line, static_cast<std::size_t>(length) - 1);
    if (IsHeader(text)) {
      inside = text.find("alloclab::Replay<") != std::string_view::npos ||
               text.find("alloclab::ReplayRare<") != std::string_view::npos;
      if (inside) functions.push_back({std::string(text), {}});
    } else if (inside && text.find(":  ") != std::string_view::npos) {
      functions.back().instructions.emplace_back(text);
    }
  }
  free(line);
  return functions;
}

// "call *..." and "jmp *..." in any of their widths, and every way into the kernel.
bool IsForbidden(std::string_view instruction) {
  const bool branches = instruction.find("\tcall") != std::string_view::npos ||
                        instruction.find("\tjmp") != std::string_view::npos;
  if (branches && instruction.find("\t*") != std::string_view::npos) return true;
  return instruction.find("\tsyscall") != std::string_view::npos ||
         instruction.find("\tsysenter") != std::string_view::npos ||
         instruction.find("\tint\t") != std::string_view::npos;
}

std::vector<std::string> Forbidden(const Function& function) {
  std::vector<std::string> found;
  for (const std::string& instruction : function.instructions) {
    if (IsForbidden(instruction)) found.push_back(instruction);
  }
  return found;
}

TEST(MachineCode, TheWorkersLoopsStayInside) {
  const std::vector<Function> functions = ReplayFunctions(kWorker);
  // A loop for each variant and touch policy, or this test has read the wrong thing.
  ASSERT_GE(functions.size(), Variants::kNames.size() * std::size(kTouchNames))
      << "is llvm-objdump-19 installed?";
  for (const Function& function : functions) {
    EXPECT_GE(function.instructions.size(), 10u) << function.name;
    for (const std::string& instruction : Forbidden(function)) {
      ADD_FAILURE() << function.name << "\nhas " << instruction;
    }
  }
}

// One forbidden thing each, and nothing else that this test could see.
TEST(MachineCode, BadLoopsAreCaught) {
  const std::vector<Function> functions = ReplayFunctions(kBadLoops);
  for (const std::string_view allocator : {"CallsVirtually", "JumpsThroughATable", "CallsKernel"}) {
    std::size_t loops = 0;
    for (const Function& function : functions) {
      if (function.name.find("Replay<") == std::string::npos ||
          function.name.find(allocator) == std::string::npos) {
        continue;
      }
      ++loops;
      EXPECT_FALSE(Forbidden(function).empty()) << function.name;
    }
    EXPECT_EQ(loops, 1u) << allocator;
  }
}

}  // namespace
}  // namespace alloclab
