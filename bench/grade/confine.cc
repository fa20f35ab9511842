#include "bench/grade/confine.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace alloclab::grade {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Other processes: making them, becoming them, looking into them.
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
    SYS_setsid,
    SYS_setpgid,
    SYS_pidfd_send_signal,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_socket,
    SYS_io_uring_setup};

// Signals: to this process only, which abort() needs.
constexpr long kSignals[] = {SYS_kill, SYS_tkill, SYS_tgkill};

constexpr long kFiles[] = {
#ifdef SYS_open
    SYS_creat,    SYS_unlink,   SYS_rename,    SYS_rmdir,   SYS_mkdir,  SYS_link,
    SYS_symlink,  SYS_chmod,
#endif
    SYS_unlinkat, SYS_renameat, SYS_renameat2, SYS_mkdirat, SYS_linkat, SYS_symlinkat,
    SYS_truncate, SYS_fchmodat, SYS_fchownat,  SYS_mount,   SYS_umount2};

class Filter {
 public:
  void Load(std::size_t offset) {
    code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
  }
  void Allow() { Answer(SECCOMP_RET_ALLOW); }
  void Refuse() { Answer(SECCOMP_RET_ERRNO | EPERM); }
  // Skips the next `count` statements unless what was loaded is `value`, or has some bit of `mask`.
  void If(std::uint32_t value, std::uint8_t count) {
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count));
  }
  void IfAny(std::uint32_t mask, std::uint8_t count) {
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, count));
  }
  // Refuses the system call that was loaded.
  void RefuseCall(long number) {
    If(static_cast<std::uint32_t>(number), 1);
    Refuse();
  }
  // Refuses the call where its argument is not `value`; else loads what was there before.
  void RefuseOther(long number, std::uint32_t value) {
    If(static_cast<std::uint32_t>(number), 4);
    Load(offsetof(seccomp_data, args[0]));
    If(value, 1);
    Allow();
    Refuse();
  }
  // Refuses to open a file for writing; the flags are argument `flags`.
  void RefuseWriting(long number, std::size_t flags) {
    If(static_cast<std::uint32_t>(number), 4);
    Load(offsetof(seccomp_data, args[0]) + flags * sizeof(seccomp_data::args[0]));
    IfAny(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 1);
    Refuse();
    Allow();
  }

  void Install() {
    const sock_fprog program = {static_cast<unsigned short>(code_.size()), code_.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
  }

 private:
  void Answer(std::uint32_t answer) { code_.push_back(BPF_STMT(BPF_RET | BPF_K, answer)); }

  std::vector<sock_filter> code_;
};

}  // namespace

void Confine([[maybe_unused]] bool writes_files) {
#if defined(__x86_64__) || defined(__aarch64__)
  Filter filter;
  filter.Load(offsetof(seccomp_data, arch));
  filter.If(kArchitecture, 1);
  filter.Load(offsetof(seccomp_data, nr));
  const auto self = static_cast<std::uint32_t>(getpid());
  for (const long call : kSignals) filter.RefuseOther(call, self);
  for (const long call : kProcesses) filter.RefuseCall(call);
  if (!writes_files) {
    for (const long call : kFiles) filter.RefuseCall(call);
#ifdef SYS_open
    filter.RefuseWriting(SYS_open, 1);
#endif
    filter.RefuseWriting(SYS_openat, 2);
    filter.RefuseCall(SYS_openat2);
  }
  filter.Allow();
  filter.Install();
#endif
}

}  // namespace alloclab::grade
