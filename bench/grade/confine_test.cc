// What the filter of system calls refuses, and what it must let through, call by call. Each case
// runs in a process of its own, for the filter cannot be taken off.

#include "bench/grade/confine.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace alloclab::grade {
namespace {

namespace fs = std::filesystem;

constexpr int kHolds = 17;

// Whether `holds` says yes in a process that is confined.
bool Confined(const std::function<bool()>& holds, bool counted = false) {
  const pid_t child = fork();
  if (child == 0) {
    Confine(counted);
    _exit(holds() ? kHolds : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == kHolds;
}

struct Call {
  const char* name;
  long number;
};

// With arguments that no call takes, so that one that is not refused does no harm, and says
// something else than EPERM.
class RefusedCalls : public testing::TestWithParam<Call> {};

TEST_P(RefusedCalls, AreRefusedInBothRuns) {
  for (const bool counted : {false, true}) {
    EXPECT_TRUE(Confined(
        [] {
          errno = 0;
          return syscall(GetParam().number, -1L, -1L, -1L, -1L, -1L, -1L) == -1 && errno == EPERM;
        },
        counted))
        << GetParam().name << (counted ? ", counted" : "");
  }
}

#define ALLOCLAB_CALL(name) \
  Call { #name, SYS_##name }
INSTANTIATE_TEST_SUITE_P(
    Everywhere, RefusedCalls,
    testing::Values(ALLOCLAB_CALL(clone), ALLOCLAB_CALL(clone3), ALLOCLAB_CALL(execve),
                    ALLOCLAB_CALL(execveat), ALLOCLAB_CALL(ptrace),
                    ALLOCLAB_CALL(process_vm_writev), ALLOCLAB_CALL(process_madvise),
                    ALLOCLAB_CALL(pidfd_getfd), ALLOCLAB_CALL(setsid), ALLOCLAB_CALL(setpgid),
                    ALLOCLAB_CALL(setpriority), ALLOCLAB_CALL(ioprio_set),
                    ALLOCLAB_CALL(sched_setaffinity), ALLOCLAB_CALL(sched_setattr),
                    ALLOCLAB_CALL(sched_setparam), ALLOCLAB_CALL(sched_setscheduler),
                    ALLOCLAB_CALL(pidfd_send_signal), ALLOCLAB_CALL(rt_sigqueueinfo),
                    ALLOCLAB_CALL(rt_tgsigqueueinfo), ALLOCLAB_CALL(unshare), ALLOCLAB_CALL(setns),
                    ALLOCLAB_CALL(socket), ALLOCLAB_CALL(io_uring_setup), ALLOCLAB_CALL(shmget),
                    ALLOCLAB_CALL(msgget), ALLOCLAB_CALL(semget), ALLOCLAB_CALL(mq_open),
                    ALLOCLAB_CALL(kill), ALLOCLAB_CALL(tkill), ALLOCLAB_CALL(tgkill),
                    ALLOCLAB_CALL(prlimit64), ALLOCLAB_CALL(unlinkat), ALLOCLAB_CALL(renameat2),
                    ALLOCLAB_CALL(mkdirat), ALLOCLAB_CALL(linkat), ALLOCLAB_CALL(symlinkat),
                    ALLOCLAB_CALL(truncate), ALLOCLAB_CALL(fchmodat), Call{"fchmodat2", 452},
                    ALLOCLAB_CALL(fchmod), ALLOCLAB_CALL(fchownat), ALLOCLAB_CALL(fchown),
                    ALLOCLAB_CALL(mknodat), ALLOCLAB_CALL(utimensat), ALLOCLAB_CALL(setxattr),
                    ALLOCLAB_CALL(lsetxattr), ALLOCLAB_CALL(fsetxattr), ALLOCLAB_CALL(removexattr),
                    ALLOCLAB_CALL(lremovexattr), ALLOCLAB_CALL(fremovexattr), ALLOCLAB_CALL(mount),
                    ALLOCLAB_CALL(umount2), ALLOCLAB_CALL(openat), ALLOCLAB_CALL(openat2)),
    [](const auto& call) { return std::string(call.param.name); });

#ifdef __x86_64__
INSTANTIATE_TEST_SUITE_P(
    OldOnes, RefusedCalls,
    testing::Values(ALLOCLAB_CALL(fork), ALLOCLAB_CALL(creat), ALLOCLAB_CALL(unlink),
                    ALLOCLAB_CALL(rename), ALLOCLAB_CALL(renameat), ALLOCLAB_CALL(rmdir),
                    ALLOCLAB_CALL(mkdir), ALLOCLAB_CALL(link), ALLOCLAB_CALL(symlink),
                    ALLOCLAB_CALL(chmod), ALLOCLAB_CALL(chown), ALLOCLAB_CALL(lchown),
                    ALLOCLAB_CALL(mknod), ALLOCLAB_CALL(utime), ALLOCLAB_CALL(utimes),
                    ALLOCLAB_CALL(futimesat), ALLOCLAB_CALL(open)),
    [](const auto& call) { return std::string(call.param.name); });

// The 32-bit program's unlink, which is number 10, there mprotect; its strings lie below 4 GiB.
TEST(Confine, RefusesCallsOfAnotherArchitecture) {
  const std::string path = testing::TempDir() + "not_removed";
  std::ofstream(path) << "kept";
  Confined([&path] {
    char* low = static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
    if (low == MAP_FAILED) return false;
    path.copy(low, path.size());
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(10L), "b"(low) : "memory");
    return result != 0;
  });
  EXPECT_TRUE(fs::exists(path));
}

// x32: the same architecture to the kernel, other numbers.
TEST(Confine, RefusesCallsOfX32) {
  EXPECT_TRUE(Confined([] {
    errno = 0;
    return syscall(0x40000000 + SYS_getpid) == -1 && errno == EPERM;
  }));
}
#endif

#ifdef __x86_64__
constexpr char kReturnsFromCall[] =
    "\x48\x89\xf8"  // mov %rdi, %rax: the number
    "\x48\x31\xff"  // xor %rdi, %rdi: arguments that no call takes
    "\x48\x31\xf6"  // xor %rsi, %rsi
    "\x48\x31\xd2"  // xor %rdx, %rdx
    "\x4d\x31\xd2"  // xor %r10, %r10
    "\x0f\x05"      // syscall
    "\xc3";         // ret

// What a process ends with that is confined and then makes system call `number` from code that was
// not there before, in a page at `place` or anywhere; 0 where it does not end by a signal.
int SignalOfNewCode(long number, bool counted, void* place = nullptr) {
  const pid_t child = fork();
  if (child == 0) {
    void* page =
        mmap(place, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place != nullptr && page != place) _exit(0);
    // Sanitizers read what stands before a function.
    char* code = static_cast<char*>(page) + 2048;
    std::memcpy(code, kReturnsFromCall, sizeof(kReturnsFromCall));
    Confine(counted);
    reinterpret_cast<long (*)(long)>(code)(number);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(Confine, NewCodeAsksForNoMemory) {
  for (const long number : {SYS_mmap, SYS_mremap, SYS_brk}) {
    EXPECT_EQ(SignalOfNewCode(number, false), SIGSYS) << number;
    EXPECT_EQ(SignalOfNewCode(number, true), 0) << number << ", which is valgrind's to call";
  }
  // Where only the upper half of the address tells it from code that was loaded.
  const auto loaded = reinterpret_cast<std::uintptr_t>(dlsym(RTLD_DEFAULT, "qsort"));
  void* place = reinterpret_cast<void*>((loaded & 0xFFFF'F000) | 0x3000'0000'0000);
  EXPECT_EQ(SignalOfNewCode(SYS_brk, false, place), SIGSYS);
  EXPECT_EQ(SignalOfNewCode(SYS_getpid, false), 0);
  EXPECT_EQ(SignalOfNewCode(SYS_munmap, false), 0);
}
#endif

TEST(Confine, LibrariesHaveTheirBuffers) {
  EXPECT_TRUE(Confined([] {
    void* mapped =
        mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return false;
    void* larger = mremap(mapped, 1 << 20, 1 << 21, MREMAP_MAYMOVE);
    return larger != MAP_FAILED && sbrk(4096) != reinterpret_cast<void*>(-1);
  }));
  // Of the C library's heap, and what the loader maps.
  EXPECT_TRUE(Confined([] {
    const std::string large(100 << 20, 'x');
    return std::ifstream("/proc/self/status").good() && large[large.size() / 2] == 'x' &&
           dlopen("libresolv.so.2", RTLD_NOW) != nullptr;
  }));
}

TEST(Confine, LeavesOtherProcessesAlone) {
  const pid_t parent = getpid();
  EXPECT_TRUE(Confined([parent] { return kill(parent, 0) == -1 && errno == EPERM; }));
  EXPECT_TRUE(Confined([] { return kill(0, 0) == -1 && errno == EPERM; })) << "its group";
  EXPECT_TRUE(Confined([parent] {
    rlimit limit = {};
    return prlimit(parent, RLIMIT_CORE, nullptr, &limit) == -1 && errno == EPERM;
  }));
}

TEST(Confine, LetsItSignalAndLimitItself) {
  EXPECT_TRUE(Confined([] {
    signal(SIGUSR1, SIG_IGN);
    return raise(SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0;
  }));
  EXPECT_TRUE(Confined([] {
    rlimit limit = {};
    return prlimit(0, RLIMIT_CORE, nullptr, &limit) == 0 &&
           prlimit(getpid(), RLIMIT_CORE, nullptr, &limit) == 0;
  }));
}

// Opens `name` in a folder that has a file "old", under each run's filter.
bool Opens(const std::string& name, int flags, mode_t mode, bool counted) {
  const std::string folder = testing::TempDir() + "opened/";
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder + "old") << "old";
  const std::string path = folder + name;
  return Confined([&] { return open(path.c_str(), flags, mode) >= 0; }, counted);
}

TEST(Confine, FilesAreReadAndNotWritten) {
  for (const bool counted : {false, true}) {
    EXPECT_TRUE(Opens("old", O_RDONLY | O_CLOEXEC, 0, counted));
    for (const int flags :
         {O_WRONLY, O_RDWR, O_WRONLY | O_TRUNC, O_RDONLY | O_TRUNC, O_WRONLY | O_APPEND,
          O_WRONLY | O_CREAT | O_TRUNC, O_RDWR | O_CREAT, O_RDONLY | O_CREAT}) {
      EXPECT_FALSE(Opens("old", flags, 0600, counted)) << flags << counted;
      EXPECT_FALSE(Opens("new", flags, 0600, counted)) << flags << counted;
    }
    EXPECT_FALSE(Opens("new", O_WRONLY | O_CREAT, 0666, counted)) << "as creat does";
  }
}

// Without it there are no counts.
TEST(Confine, CallgrindMakesItsFiles) {
  EXPECT_TRUE(Opens("new", O_WRONLY | O_CREAT, 0600, true));
  EXPECT_FALSE(Opens("new", O_WRONLY | O_CREAT, 0600, false));
}

}  // namespace
}  // namespace alloclab::grade
