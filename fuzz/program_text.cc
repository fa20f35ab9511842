// Prints what a fuzz input means: program_text INPUT VARIANT > case.txt. For inputs that libFuzzer
// saved when a target crashed without a verdict.

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/program.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: program_text INPUT VARIANT\n", stderr);
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    std::fprintf(stderr, "%s: cannot be read; name a fuzz input\n", argv[1]);
    return 2;
  }
  const std::string text =
      alloclab::TraceText(alloclab::DecodeFuzzProgram(input), argv[2], "crash: the process died");
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 2;
}
