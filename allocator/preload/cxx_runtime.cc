#include "allocator/preload/cxx_runtime.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

namespace alloclab::preload {
namespace {

// libstdc++, or the part of libc++ that has operator new. By name and not by RTLD_NEXT: what comes
// next may be another allocator's operator, and memory of another heap.
constexpr const char* kRuntimes[] = {"libstdc++.so.6", "libc++abi.so.1"};

}  // namespace

void* OperatorOfRuntime(const char* mangled) noexcept {
  for (const char* name : kRuntimes) {
    void* runtime = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    if (runtime == nullptr) continue;
    if (void* found = dlsym(runtime, mangled)) return found;
  }
  return nullptr;
}

void DieWithoutRuntime() noexcept {
  constexpr char kText[] =
      "alloclab malloc: operator new is out of memory, and no C++ runtime is there to say so\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kText, sizeof(kText) - 1);
  std::abort();
}

}  // namespace alloclab::preload
