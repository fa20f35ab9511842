// A program for the tests of comparisons: does one thing, which its first argument names.

#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kTrigger = 4242;  // of broken_malloc.cc
constexpr std::size_t kMiB = std::size_t{1} << 20;

// The file whose malloc this is: another answer under every library.
void Whose() {
  Dl_info found = {};
  dladdr(dlsym(RTLD_DEFAULT, "malloc"), &found);
  std::cout << found.dli_fname << "\n";
}

// Blocks side by side, each with contents of its own, and among them those of kTrigger bytes. What
// is printed is what still stands in them.
void Work(std::size_t blocks) {
  std::vector<std::pair<unsigned char*, std::size_t>> made;
  std::size_t sum = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t bytes = i % 100 == 99 ? kTrigger : 16 + i * 7919 % 3000;
    auto* block = static_cast<unsigned char*>(std::malloc(bytes));
    if (block == nullptr) {
      std::cerr << "no memory\n";
      std::exit(3);
    }
    std::memset(block, static_cast<int>(i % 251), bytes);
    made.emplace_back(block, bytes);
  }
  for (const auto& [block, bytes] : made) {
    for (std::size_t i = 0; i < bytes; ++i) sum = sum * 31 + block[i];
    std::free(block);
  }
  std::cout << sum << "\n";
}

// Answers as ever, but for the time that is named: counted in a file beside the folder of the run.
void Unless(int time) {
  const std::string path = std::string(std::getenv("HOME")) + "/times";
  int times = 0;
  std::ifstream(path) >> times;
  std::ofstream(path) << ++times;
  std::cout << (times == time ? "something else\n" : "the same\n");
}

void Environment() {
  for (char** entry = environ; *entry != nullptr; ++entry) std::cout << *entry << "\n";
}

void UseMemory(std::size_t mebibytes) {
  // Not taken away by a compiler that sees that nobody reads it.
  volatile unsigned char* block = static_cast<unsigned char*>(std::malloc(mebibytes * kMiB));
  for (std::size_t i = 0; i < mebibytes * kMiB; i += 4096) block[i] = 1;
}

void UseTime(int milliseconds) {
  const std::clock_t end = std::clock() + milliseconds * (CLOCKS_PER_SEC / 1000);
  while (std::clock() < end) {
  }
}

// Under a library of this name, some processor time, and some that merely goes by.
void SlowUnder(const std::string& library, int milliseconds, int waited) {
  Dl_info found = {};
  dladdr(dlsym(RTLD_DEFAULT, "malloc"), &found);
  if (std::string(found.dli_fname).find(library) == std::string::npos) return UseTime(10);
  UseTime(10 + milliseconds);
  usleep(static_cast<useconds_t>(waited) * 1000);
}

// What a grandchild does whose own parent does not wait for it.
void LeaveBehind(int milliseconds, std::size_t mebibytes) {
  if (fork() == 0) {
    UseMemory(mebibytes);
    UseTime(milliseconds);
    _exit(0);
  }
}

// Answers at a socket with what it was told, until it is told to end.
void Serve(const char* path, const std::string& how) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    std::exit(4);
  listen(listening, 5);
  signal(SIGTERM, [](int) { _exit(0); });
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    const int connection = accept(listening, nullptr, nullptr);
    char text[100];
    const ssize_t length = read(connection, text, sizeof(text));
    if (length > 0 && how == "crashes") raise(SIGSEGV);
    if (length > 0) UseTime(30);
    if (length > 0 && write(connection, text, static_cast<std::size_t>(length)) < 0) std::exit(5);
    close(connection);
  }
}

void Ask(const char* path, const std::string& what) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  const int connection = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    std::exit(6);
  if (write(connection, what.data(), what.size()) < 0) std::exit(7);
  char text[100];
  const ssize_t length = read(connection, text, sizeof(text));
  if (length <= 0) std::exit(8);
  std::cout << std::string(text, static_cast<std::size_t>(length)) << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int i) { return argc > i ? std::atoi(argv[i]) : 0; };
  if (what == "whose") Whose();
  if (what == "work") Work(static_cast<std::size_t>(number(2)));
  if (what == "slow_under") SlowUnder(argv[2], number(3), number(4));
  if (what == "chance") std::cout << getpid() << "\n";
  if (what == "unless") Unless(number(2));
  if (what == "environment") Environment();
  if (what == "memory") UseMemory(static_cast<std::size_t>(number(2)));
  if (what == "time") UseTime(number(2));
  if (what == "leave") LeaveBehind(number(2), static_cast<std::size_t>(number(3)));
  if (what == "write") std::ofstream(argv[2]) << argv[3];
  if (what == "sleep") sleep(static_cast<unsigned>(number(2)));
  if (what == "serve") Serve(argv[2], argc > 3 ? argv[3] : "");
  if (what == "ask") Ask(argv[2], argv[3]);
  if (what == "exit") return number(2);
  if (what == "die") raise(SIGSEGV);
  return 0;
}
