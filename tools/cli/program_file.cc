#include "tools/cli/program_file.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "traces/elf_file.h"

namespace alloclab::cli {
namespace {

bool IsProgram(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

// As execvp looks for it; empty when there is none.
std::string FindProgram(const std::string& word) {
  if (word.find('/') != std::string::npos) return IsProgram(word) ? word : "";
  const char* folders = std::getenv("PATH");
  std::istringstream path(folders == nullptr ? "/bin:/usr/bin" : folders);
  for (std::string folder; std::getline(path, folder, ':');) {
    const std::string found = (folder.empty() ? "." : folder) + "/" + word;
    if (IsProgram(found)) return found;
  }
  return "";
}

// The program that a script names in its first line; empty when the file is none.
std::string InterpreterOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char mark[2] = {};
  if (!file.read(mark, 2) || mark[0] != '#' || mark[1] != '!') return "";
  std::string line(256, '\0');  // all that the kernel looks at
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  std::istringstream words(line.substr(0, line.find('\n')));
  std::string interpreter;
  words >> interpreter;
  return interpreter;
}

// Whether the kernel would give the program another user's or group's rights than are the caller's;
// the loader then ignores libraries that are named with a path.
bool ChangesRights(const std::string& path) {
  struct stat status = {};
  struct statvfs system = {};
  if (stat(path.c_str(), &status) != 0 || statvfs(path.c_str(), &system) != 0) return false;
  if ((system.f_flag & ST_NOSUID) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) return false;
  // Without the right to execute for the group, the bit once meant something else.
  constexpr mode_t kGroup = S_ISGID | S_IXGRP;
  return ((status.st_mode & S_ISUID) != 0 && status.st_uid != getuid()) ||
         ((status.st_mode & kGroup) == kGroup && status.st_gid != getgid());
}

}  // namespace

std::string WhyNotPreloaded(const std::string& word) {
  std::string path = FindProgram(word);
  if (path.empty()) return "";
  // An interpreter may be a script, too; the kernel follows a few of them.
  for (int i = 0; i < 5; ++i) {
    const std::string interpreter = InterpreterOf(path);
    if (interpreter.empty()) break;
    path = interpreter;
  }
  ElfFile file(path);
  if (!file.is_elf()) return "";
  if (!file.IsForThisMachine()) {
    return fmt::format(
        "{} is for {}, and the libraries here are for {}: it would run on its own malloc. "
        "Take a build of it for this machine.",
        path, file.Machine(), ElfFile::ThisMachine());
  }
  if (!file.NamesALoader()) {
    return fmt::format(
        "{} is statically linked: no loader runs that could preload a library, and it would run "
        "on its own malloc. Take a dynamically linked build of it.",
        path);
  }
  if (ChangesRights(path)) {
    return fmt::format(
        "{} is a set-user-ID or set-group-ID program: the loader preloads nothing into it, and it "
        "would run on the system's malloc. Run a copy of it (cp leaves the bit out), or run it as "
        "its owner.",
        path);
  }
  return "";
}

}  // namespace alloclab::cli
