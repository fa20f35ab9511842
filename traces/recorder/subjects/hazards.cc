// What recording call sites must not break or be broken by: each is what a real program may do
// while it allocates.
//
//   hazards NAME...

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "traces/recorder/subjects/scenario.h"

namespace {

using alloclab::subjects::Keep;

void Allocate(std::size_t bytes) { std::free(Keep(std::malloc(bytes))); }

// The first call of all may come from a handler on the smallest stack there is.
int SmallAlternateStack() {
  constexpr std::size_t kBytes = 8192;
  auto* memory =
      static_cast<char*>(mmap(nullptr, 1 << 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (memory == MAP_FAILED || mprotect(memory + 32768, kBytes, PROT_READ | PROT_WRITE) != 0)
    return 2;
  stack_t stack = {};
  stack.ss_sp = memory + 32768;
  stack.ss_size = kBytes;
  struct sigaction action = {};
  action.sa_handler = [](int) { Allocate(9000); };
  action.sa_flags = SA_ONSTACK;
  if (sigaltstack(&stack, nullptr) != 0 || sigaction(SIGUSR1, &action, nullptr) != 0) return 3;
  return raise(SIGUSR1);
}

// Allocates with the dynamic linker's lock held, while another thread allocates.
int UnderTheLinkersLock() {
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop) Allocate(100);
  });
  for (int i = 0; i < 200; ++i) {
    dl_iterate_phdr(
        [](dl_phdr_info*, std::size_t, void*) {
          Allocate(9000);
          return 0;
        },
        nullptr);
  }
  stop = true;
  other.join();
  return 0;
}

// Children whose parents have other threads in the middle of a call.
int ForksAmongThreads() {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!stop) Allocate(100);
    });
  }
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      for (int j = 0; j < 20; ++j) Allocate(9000);
      _exit(0);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child || status != 0) return 4;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// malloc is no place where a thread is cancelled.
int Cancelled() {
  static std::atomic<int> calls{0};
  static std::atomic<bool> is_cancelled{false};
  pthread_t thread;
  const auto run = [](void*) -> void* {
    while (!is_cancelled) {
    }
    for (int i = 0; i < 20000; ++i) {
      Allocate(9000);
      ++calls;
    }
    pthread_testcancel();
    return nullptr;
  };
  if (pthread_create(&thread, nullptr, run, nullptr) != 0) return 5;
  pthread_cancel(thread);
  is_cancelled = true;
  void* result = nullptr;
  pthread_join(thread, &result);
  return result == PTHREAD_CANCELED && calls == 20000 ? 0 : 6;
}

// A thread on the smallest stack there is.
int SmallThread() {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, 16384) != 0) return 11;
  const auto run = [](void*) -> void* {
    Allocate(9000);
    return nullptr;
  };
  if (pthread_create(&thread, &attributes, run, nullptr) != 0) return 12;
  return pthread_join(thread, nullptr);
}

// What has no descriptor open but its own finds no other.
int Descriptors() {
  close_range(3, ~0u, 0);
  int ends[2];
  if (pipe(ends) != 0 || ends[0] != 3) return 7;
  std::thread(Allocate, 9000).join();
  char byte = 0;
  if (write(ends[1], "x", 1) != 1 || read(ends[0], &byte, 1) != 1 || byte != 'x') return 8;
  return 0;
}

// One library takes the place of another, at the same address.
int InEachOthersPlace(const char* first, const char* second) {
  for (const char* path : {first, second}) {
    void* plugin = dlopen(path, RTLD_NOW);
    if (plugin == nullptr) return 9;
    auto* run = reinterpret_cast<void (*)()>(dlsym(plugin, "PluginAllocates"));
    if (run == nullptr) return 10;
    run();
    dlclose(plugin);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "small_stack") return SmallAlternateStack();
  if (name == "linkers_lock") return UnderTheLinkersLock();
  if (name == "forks") return ForksAmongThreads();
  if (name == "cancelled") return Cancelled();
  if (name == "descriptors") return Descriptors();
  if (name == "small_thread") return SmallThread();
  if (name == "place" && argc == 4) return InEachOthersPlace(argv[2], argv[3]);
  std::fprintf(stderr, "hazards: no hazard of this name\n");
  return 2;
}
