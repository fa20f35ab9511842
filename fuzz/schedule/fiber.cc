#include "fuzz/schedule/fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCLAB_TELLS_SANITIZER 1
#endif
#endif
#if defined(ALLOCLAB_TELLS_SANITIZER)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(__x86_64__)
#error "fibers change stacks by hand, and only x86-64 has been written down"
#endif

// Keeps what the ABI says a call keeps, and goes on with the same of another stack. The C library's
// swapcontext also asks the kernel for the signal mask, twice in every step of every schedule.
extern "C" void alloclab_change_stack(void** from, void* to);
asm(R"(
.text
.p2align 4
.globl alloclab_change_stack
.type alloclab_change_stack, @function
alloclab_change_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size alloclab_change_stack, . - alloclab_change_stack
)");

namespace alloclab {
namespace {

constexpr std::size_t kGuardBytes = 4096;
constexpr std::size_t kStackBytes = std::size_t{128} << 10;
constexpr std::size_t kSavedRegisters = 6;

// The one that is being resumed: Begin has no arguments.
Fiber* resumed = nullptr;

// Before a change to a stack; `kept` is where the sanitizer keeps what belongs to this one, null
// when it will not be used any more.
void AboutToChange([[maybe_unused]] void** kept, [[maybe_unused]] const void* stack,
                   [[maybe_unused]] std::size_t bytes) {
#if defined(ALLOCLAB_TELLS_SANITIZER)
  __sanitizer_start_switch_fiber(kept, stack, bytes);
#endif
}

// After it.
void Changed([[maybe_unused]] void* kept, [[maybe_unused]] const void** stack,
             [[maybe_unused]] std::size_t* bytes) {
#if defined(ALLOCLAB_TELLS_SANITIZER)
  __sanitizer_finish_switch_fiber(kept, stack, bytes);
#endif
}

}  // namespace

Fiber::Fiber() {
  void* memory = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  mprotect(memory, kGuardBytes, PROT_NONE);
  memory_ = static_cast<std::byte*>(memory);
}

Fiber::~Fiber() { munmap(memory_, kGuardBytes + kStackBytes); }

void Fiber::Start(void (*entry)(void*), void* argument) {
  entry_ = entry;
  argument_ = argument;
  if (!is_idle_) PrepareStack();
  is_idle_ = false;
}

void Fiber::PrepareStack() {
#if defined(ALLOCLAB_TELLS_SANITIZER)
  // Frames that never returned have left their marks.
  ASAN_UNPOISON_MEMORY_REGION(memory_ + kGuardBytes, kStackBytes);
#endif
  // As if Begin had been called and had changed stacks at its first instruction: the registers, its
  // address, and a null where it would return to, at which a walk of the stack ends.
  auto* top = reinterpret_cast<std::uintptr_t*>(memory_ + kGuardBytes + kStackBytes);
  *--top = 0;
  *--top = reinterpret_cast<std::uintptr_t>(&Fiber::Begin);
  for (std::size_t i = 0; i < kSavedRegisters; ++i) *--top = 0;
  stack_pointer_ = top;
}

void Fiber::Resume() {
  resumed = this;
  void* kept = nullptr;
  AboutToChange(&kept, memory_ + kGuardBytes, kStackBytes);
  alloclab_change_stack(&resumer_, stack_pointer_);
  Changed(kept, nullptr, nullptr);
}

void Fiber::Pause() {
  void* kept = nullptr;
  AboutToChange(&kept, outside_, outside_bytes_);
  alloclab_change_stack(&stack_pointer_, resumer_);
  Changed(kept, &outside_, &outside_bytes_);
}

void Fiber::Leave() {
  AboutToChange(nullptr, outside_, outside_bytes_);
  alloclab_change_stack(&stack_pointer_, resumer_);
  std::abort();  // resumed after it has left
}

void Fiber::Begin() {
  Fiber* self = resumed;
  Changed(nullptr, &self->outside_, &self->outside_bytes_);
  for (;;) {
    self->entry_(self->argument_);
    self->is_idle_ = true;
    self->Pause();
  }
}

}  // namespace alloclab
