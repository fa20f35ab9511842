#include "tools/cli/become.h"

#include <unistd.h>

#include <cerrno>

namespace alloclab::cli {

int Become(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  // execvp takes char* for the sake of old C, and does not write.
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  return errno;
}

}  // namespace alloclab::cli
