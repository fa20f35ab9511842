#include "bench/worker/takeover.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <cstdio>

namespace alloclab {
namespace {

bool SameFile(const char* a, const char* b) {
  struct stat first, second;
  return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

}  // namespace

const char* FileOfFunction(const char* name) {
  Dl_info found = {};
  const void* function = dlsym(RTLD_DEFAULT, name);
  if (function == nullptr || dladdr(function, &found) == 0) return "";
  return found.dli_fname == nullptr ? "" : found.dli_fname;
}

bool MallocComesFrom(const char* library, char* reason, std::size_t bytes) {
  constexpr const char* kNames[] = {"malloc", "free"};
  for (const char* name : kNames) {
    const char* file = FileOfFunction(name);
    if (SameFile(file, library)) continue;
    std::snprintf(reason, bytes,
                  "%s is a .so without %s, or could not be loaded: %s is still that of %s", library,
                  name, name, file[0] == '\0' ? "nobody" : file);
    return false;
  }
  return true;
}

}  // namespace alloclab
