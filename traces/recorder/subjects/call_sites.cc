// A program whose functions allocate a known number of blocks, each of its own size, through a
// wrapper as most programs have one. Without frame pointers, as most programs are.
//
//   call_sites PLUGIN    also allocates in the library PLUGIN, which it loads, and in a forked
//   child

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "traces/recorder/subjects/scenario.h"

namespace {

using alloclab::subjects::Keep;

// Kept as they are written: not inlined, not merged, and with something left to do after each call.
#define AS_WRITTEN [[gnu::noinline]]

AS_WRITTEN void* Wrapper(std::size_t bytes) { return Keep(std::malloc(bytes)); }

AS_WRITTEN void Alpha() {
  for (int i = 0; i < 10; ++i) std::free(Keep(Wrapper(1000)));
}
AS_WRITTEN void Beta() {
  for (int i = 0; i < 20; ++i) std::free(Keep(Wrapper(2000)));
}
AS_WRITTEN void Gamma() {
  for (int i = 0; i < 3; ++i) delete[] static_cast<char*>(Keep(new char[3000]));
}
[[gnu::always_inline]] inline void PartOfInlines() { std::free(Keep(Wrapper(8500))); }
AS_WRITTEN void Inlines() {
  for (int i = 0; i < 2; ++i) PartOfInlines();
}
AS_WRITTEN void Resizes() {
  void* block = Keep(Wrapper(10));
  for (int i = 0; i < 5; ++i) block = Keep(std::realloc(block, 4000));
  std::free(block);
}
AS_WRITTEN void OnAThread() {
  for (int i = 0; i < 4; ++i) std::free(Keep(Wrapper(5000)));
}
AS_WRITTEN void InAChild() {
  for (int i = 0; i < 6; ++i) std::free(Keep(Wrapper(6000)));
}

// More than fit into a chunk of the recorder, each with a stack deeper than any that it keeps.
AS_WRITTEN void Deep(int depth) {
  if (depth > 0) {
    Deep(depth - 1);
    Keep(nullptr);
    return;
  }
  for (int i = 0; i < 3000; ++i) {
    std::free(Keep(Wrapper(8000)));
  }
}

AS_WRITTEN bool KeepsErrno() {
  errno = EXDEV;
  std::free(Keep(Wrapper(10)));
  return errno == EXDEV;
}

int InThePlugin(const char* path) {
  void* plugin = dlopen(path, RTLD_NOW);
  if (plugin == nullptr) return 3;
  auto* run = reinterpret_cast<void (*)()>(dlsym(plugin, "PluginAllocates"));
  if (run == nullptr) return 4;
  run();
  dlclose(plugin);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Alpha();
  Beta();
  Gamma();
  Inlines();
  Resizes();
  Deep(40);
  if (!KeepsErrno()) return 6;
  std::thread(OnAThread).join();
  const pid_t child = fork();
  if (child == 0) {
    InAChild();
    _exit(0);
  }
  int child_status = 0;
  if (waitpid(child, &child_status, 0) != child || child_status != 0) return 5;
  return InThePlugin(argv[1]);
}
