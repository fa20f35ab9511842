#include "bench/grade/confine.h"

#include <fcntl.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace alloclab::grade {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Other processes: making them, becoming them, looking into them, changing how they run; and what
// outlives this one.
constexpr long kProcesses[] = {
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
    SYS_clone,
    SYS_clone3,
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_writev,
    SYS_process_madvise,
    SYS_pidfd_getfd,
    SYS_setsid,
    SYS_setpgid,
    SYS_setpriority,
    SYS_ioprio_set,
    SYS_sched_setaffinity,
    SYS_sched_setattr,
    SYS_sched_setparam,
    SYS_sched_setscheduler,
    SYS_pidfd_send_signal,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_unshare,
    SYS_setns,
    SYS_socket,
    SYS_io_uring_setup,
    SYS_shmget,
    SYS_msgget,
    SYS_semget,
    SYS_mq_open};

// Signals: to this process only, which abort() needs.
constexpr long kSignals[] = {SYS_kill, SYS_tkill, SYS_tgkill};

constexpr long kChangeModeAt2 = 452;  // fchmodat2, which headers may not have

constexpr long kFiles[] = {
#ifdef SYS_open
    SYS_creat,     SYS_unlink,      SYS_rename,       SYS_rmdir,        SYS_mkdir,
    SYS_link,      SYS_symlink,     SYS_chmod,        SYS_chown,        SYS_lchown,
    SYS_mknod,     SYS_utime,       SYS_utimes,       SYS_futimesat,
#endif
    SYS_unlinkat,  SYS_renameat2,   SYS_mkdirat,      SYS_linkat,       SYS_symlinkat,
    SYS_truncate,  SYS_fchmodat,    kChangeModeAt2,   SYS_fchmod,       SYS_fchownat,
    SYS_fchown,    SYS_mknodat,     SYS_utimensat,    SYS_setxattr,     SYS_lsetxattr,
    SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_mount,
    SYS_umount2,
#ifdef SYS_renameat
    SYS_renameat,
#endif
};

// What gives memory. SysV's shared memory is refused above.
constexpr long kMemory[] = {SYS_mmap, SYS_mremap, SYS_brk};

// Addresses with the upper half in common, for a filter compares 32 bits at a time.
struct CodeRange {
  std::uint32_t upper;
  std::uint32_t first;
  std::uint32_t last;
};

// The code of all that is loaded now: the program, the C library and its loader.
std::vector<CodeRange> LoadedCode() {
  std::vector<CodeRange> ranges;
  const auto add = [](dl_phdr_info* object, std::size_t, void* to) {
    for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = object->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
      const std::uint64_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
      for (std::uint64_t at = object->dlpi_addr + segment.p_vaddr; at < end;) {
        const std::uint64_t last = std::min(end - 1, at | 0xFFFFFFFF);
        static_cast<std::vector<CodeRange>*>(to)->push_back({static_cast<std::uint32_t>(at >> 32),
                                                             static_cast<std::uint32_t>(at),
                                                             static_cast<std::uint32_t>(last)});
        at = last + 1;
      }
    }
    return 0;
  };
  dl_iterate_phdr(add, &ranges);
  return ranges;
}

// A program for the kernel: statements that are run from the first to the last, but for jumps
// forward. The words behind the conditions say how many statements are skipped.
class Filter {
 public:
  void Load(std::size_t offset) {
    code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
  }
  void LoadArgument(std::size_t number) {
    Load(offsetof(seccomp_data, args[0]) + number * sizeof(seccomp_data::args[0]));
  }
  void Allow() { Answer(SECCOMP_RET_ALLOW); }
  void Refuse() { Answer(SECCOMP_RET_ERRNO | EPERM); }
  void EndBySigsys() { Answer(SECCOMP_RET_TRAP); }
  // Skips unless what was loaded is `value`, is at least `value`, or has some bit of `mask`.
  void If(std::uint32_t value, std::uint8_t skipped) { Jump(BPF_JEQ, value, 0, skipped); }
  void IfAtLeast(std::uint32_t value, std::uint8_t skipped) { Jump(BPF_JGE, value, 0, skipped); }
  void IfAny(std::uint32_t mask, std::uint8_t skipped) { Jump(BPF_JSET, mask, 0, skipped); }
  // Skips when it is `value`.
  void Unless(std::uint32_t value, std::uint8_t skipped) { Jump(BPF_JEQ, value, skipped, 0); }

  void UnlessAbove(std::uint32_t value, std::uint8_t skipped) { Jump(BPF_JGT, value, skipped, 0); }

  // Refuses calls of other architectures, and loads the number of the call.
  void LoadCall() {
    Load(offsetof(seccomp_data, arch));
    Unless(kArchitecture, 1);
    Refuse();
    Load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    IfAtLeast(kFirstOfX32, 1);
    Refuse();
#endif
  }
  // Refuses the system call that was loaded.
  void RefuseCall(long number) {
    If(static_cast<std::uint32_t>(number), 1);
    Refuse();
  }
  // Refuses the call unless its first argument is `value`.
  void RefuseOther(long number, std::uint32_t value) {
    If(static_cast<std::uint32_t>(number), 4);
    LoadArgument(0);
    If(value, 1);
    Allow();
    Refuse();
  }
  // Likewise, where 0 stands for `value`, too.
  void RefuseOtherThanOwn(long number, std::uint32_t value) {
    If(static_cast<std::uint32_t>(number), 5);
    LoadArgument(0);
    Unless(0, 1);
    If(value, 1);
    Allow();
    Refuse();
  }
  // Refuses to open a file for writing; the flags are argument `flags`, and the mode is behind
  // them.
  void RefuseWriting(long number, std::size_t flags, bool counted) {
    If(static_cast<std::uint32_t>(number), counted ? 7 : 4);
    LoadArgument(flags);
    IfAny(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, counted ? 4 : 1);
    if (counted) {
      // As callgrind makes a file.
      If(O_WRONLY | O_CREAT, 2);
      LoadArgument(flags + 1);
      Unless(S_IRUSR | S_IWUSR, 1);
    }
    Refuse();
    Allow();
  }

  // Allows all, but ends the process that asks for memory otherwise than from code in `ranges`.
  void AllowMemoryOnlyTo(const std::vector<CodeRange>& ranges) {
    std::size_t others = std::size(kMemory);
    for (const long call : kMemory) {
      Unless(static_cast<std::uint32_t>(call), static_cast<std::uint8_t>(others--));
    }
    Allow();
    constexpr std::size_t kAt = offsetof(seccomp_data, instruction_pointer);
    for (const CodeRange& range : ranges) {
      Load(kAt + sizeof(std::uint32_t));  // the upper half, on the machines that this is for
      If(range.upper, 4);
      Load(kAt);
      IfAtLeast(range.first, 2);
      UnlessAbove(range.last, 1);
      Allow();
    }
    EndBySigsys();
  }

  void Install() {
    const sock_fprog program = {static_cast<unsigned short>(code_.size()), code_.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
  }

 private:
  // The calls of x32, with other numbers, count as those of this architecture.
  static constexpr std::uint32_t kFirstOfX32 = 0x40000000;

  void Jump(int condition, std::uint32_t value, std::uint8_t if_so, std::uint8_t if_not) {
    code_.push_back(
        BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | condition | BPF_K), value, if_so, if_not));
  }
  void Answer(std::uint32_t answer) { code_.push_back(BPF_STMT(BPF_RET | BPF_K, answer)); }

  std::vector<sock_filter> code_;
};

}  // namespace

void Confine([[maybe_unused]] bool counted) {
#if defined(__x86_64__) || defined(__aarch64__)
  Filter filter;
  filter.LoadCall();
  const auto self = static_cast<std::uint32_t>(getpid());
  for (const long call : kSignals) filter.RefuseOther(call, self);
  filter.RefuseOtherThanOwn(SYS_prlimit64, self);
  for (const long call : kProcesses) filter.RefuseCall(call);
  for (const long call : kFiles) filter.RefuseCall(call);
#ifdef SYS_open
  filter.RefuseWriting(SYS_open, 1, counted);
#endif
  filter.RefuseWriting(SYS_openat, 2, counted);
  filter.RefuseCall(SYS_openat2);
  if (counted) {
    filter.Allow();  // it is valgrind that calls, for all
  } else {
    filter.AllowMemoryOnlyTo(LoadedCode());
  }
  filter.Install();
#endif
}

}  // namespace alloclab::grade
