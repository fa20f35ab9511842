// A program that needs the C library and nothing else, as C programs do, so that no C++ runtime has
// called malloc before it. plain WHAT [FILE]:
//
//   fork_with_early_handlers   forks while a thread works on early_handlers.so, preloaded as well
//   nothrow_new                every nothrow new of what cannot be had; says how many were null
//   new                        a new of what cannot be had
//   reuse_descriptors FILE     makes FILE of all descriptors from 3 on, and writes to it
//   reuse_all_descriptors FILE the same, of standard error too

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kMisused = 2;
// Seconds after which whoever waits for ever is ended by a signal.
constexpr unsigned kPatience = 60;

using Work = void();
// The nothrow argument is a reference to an object without bytes, which only its runtime defines.
using New = void*(std::size_t);
using NewNothrow = void*(std::size_t, const void*);
using NewAlignedNothrow = void*(std::size_t, std::size_t, const void*);

template <class Function>
Function* Find(const char* name) {
  void* found = dlsym(RTLD_DEFAULT, name);
  if (found == nullptr) _exit(kMisused);
  return reinterpret_cast<Function*>(found);
}

void Say(const char* text) { (void)!write(STDOUT_FILENO, text, std::strlen(text)); }

Work* work_on_books = nullptr;
// How many forks have begun, or kNoMore.
std::atomic<int> forks{0};
constexpr int kNoMore = -1;

void* WorkForEachFork(void*) {
  for (int seen = 0; seen != kNoMore;) {
    const int now = forks;
    for (int i = 0; now != seen && i < 20; ++i) work_on_books();
    seen = now;
  }
  return nullptr;
}

int ForkWithEarlyHandlers() {
  work_on_books = Find<Work>("AlloclabWorkOnBooks");
  alarm(kPatience);
  pthread_t thread;
  if (pthread_create(&thread, nullptr, WorkForEachFork, nullptr) != 0) return kMisused;
  for (int i = 0; i < 200; ++i) {
    ++forks;
    const pid_t child = fork();
    if (child == 0) {
      alarm(kPatience);
      work_on_books();
      _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  forks = kNoMore;
  pthread_join(thread, nullptr);
  return 0;
}

int NothrowNew() {
  const char nothrow = 0;
  int refused = 0;
  for (const char* name : {"_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t"}) {
    refused += Find<NewNothrow>(name)(SIZE_MAX - 100, &nothrow) == nullptr ? 1 : 0;
  }
  for (const char* name :
       {"_ZnwmSt11align_val_tRKSt9nothrow_t", "_ZnamSt11align_val_tRKSt9nothrow_t"}) {
    refused += Find<NewAlignedNothrow>(name)(SIZE_MAX - 100, 64, &nothrow) == nullptr ? 1 : 0;
  }
  Say(refused == 4 ? "4" : "fewer than 4");
  return 0;
}

int ReuseDescriptors(const char* path, bool standard_error_too) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return kMisused;
  for (int descriptor = standard_error_too ? STDERR_FILENO : 3; descriptor < 1000; ++descriptor) {
    if (descriptor != file && dup2(file, descriptor) < 0) return kMisused;
  }
  return write(file, "mine", 4) == 4 ? 0 : kMisused;
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* runtime : {"libstdc++.so.6", "libc++abi.so.1"}) {
    if (dlopen(runtime, RTLD_LAZY | RTLD_NOLOAD) != nullptr) return kMisused;
  }
  const auto is = [&](const char* what, int arguments) {
    return argc == arguments && std::strcmp(argv[1], what) == 0;
  };
  if (is("fork_with_early_handlers", 2)) return ForkWithEarlyHandlers();
  if (is("nothrow_new", 2)) return NothrowNew();
  if (is("new", 2)) return Find<New>("_Znwm")(SIZE_MAX - 100) == nullptr ? 1 : 0;
  if (is("reuse_descriptors", 3)) return ReuseDescriptors(argv[2], false);
  if (is("reuse_all_descriptors", 3)) return ReuseDescriptors(argv[2], true);
  return kMisused;
}
