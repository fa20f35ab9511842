// Replay loops that do what a timed loop must not: machine_code_test has to see each of them.

#include <sys/syscall.h>

#include <cstdlib>

#include "traces/replay/replay.h"

namespace alloclab {
namespace {

// What all three share; each hides one malloc of the program behind something forbidden.
class Base {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;

  void Free(void* p) noexcept { std::free(p); }
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual void* Get(std::size_t n) noexcept { return std::malloc(n); }
};

class ZeroingBackend : public Backend {
 public:
  void* Get(std::size_t n) noexcept override { return std::calloc(1, n); }
};

}  // namespace

class CallsVirtually : public Base {
 public:
  explicit CallsVirtually(Backend* backend) : backend_(backend) {}
  void* Allocate(std::size_t n) noexcept { return backend_->Get(n); }

 private:
  Backend* backend_;
};

class JumpsThroughATable : public Base {
 public:
  // Eight cases that the compiler can neither merge nor compute.
  void* Allocate(std::size_t n) noexcept {
    switch (n % 8) {
      case 0:
        asm volatile("nop # 0");
        break;
      case 1:
        asm volatile("nop # 1");
        break;
      case 2:
        asm volatile("nop # 2");
        break;
      case 3:
        asm volatile("nop # 3");
        break;
      case 4:
        asm volatile("nop # 4");
        break;
      case 5:
        asm volatile("nop # 5");
        break;
      case 6:
        asm volatile("nop # 6");
        break;
      default:
        asm volatile("nop # 7");
        break;
    }
    return std::malloc(n);
  }
};

class CallsKernel : public Base {
 public:
  void* Allocate(std::size_t n) noexcept {
    long result = SYS_getpid;
    asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
    return std::malloc(n + (result < 0));
  }
};

}  // namespace alloclab

int main(int argc, char**) {
  using namespace alloclab;
  const Op ops[] = {{0, OpKind::kMalloc, 0, 0, 8}, {0, OpKind::kFree, 0, 0, 8}};
  void* slot = nullptr;
  Backend plain;
  ZeroingBackend zeroing;
  CallsVirtually calls(argc > 1 ? &zeroing : &plain);
  JumpsThroughATable jumps;
  CallsKernel kernel;
  std::uint64_t failures = 0;
  failures += Replay<CallsVirtually, Touch::kLine>(calls, std::begin(ops), std::end(ops), &slot);
  failures +=
      Replay<JumpsThroughATable, Touch::kLine>(jumps, std::begin(ops), std::end(ops), &slot);
  failures += Replay<CallsKernel, Touch::kLine>(kernel, std::begin(ops), std::end(ops), &slot);
  return failures == 0 ? 0 : 1;
}
