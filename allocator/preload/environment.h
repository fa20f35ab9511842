// The environment variables that a library is switched by, as glibc hands them to constructors:
// ours run before the C library's own, which sets what getenv looks at.

#ifndef ALLOCLAB_ALLOCATOR_PRELOAD_ENVIRONMENT_H_
#define ALLOCLAB_ALLOCATOR_PRELOAD_ENVIRONMENT_H_

#include <cstring>

namespace alloclab::preload {

// Whether the variable is set, and to "1".
inline bool IsOn(char** environment, const char* name) noexcept {
  const std::size_t length = std::strlen(name);
  for (; *environment != nullptr; ++environment) {
    const char* variable = *environment;
    if (std::strncmp(variable, name, length) != 0 || variable[length] != '=') continue;
    return std::strcmp(variable + length + 1, "1") == 0;
  }
  return false;
}

}  // namespace alloclab::preload

#endif  // ALLOCLAB_ALLOCATOR_PRELOAD_ENVIRONMENT_H_
