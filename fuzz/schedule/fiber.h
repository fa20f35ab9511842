// Fiber: a function on a stack of its own, which runs until it pauses and later goes on from there.
// All fibers run on the thread that resumes them, one at a time.
//
//     Resume() --> entry ... Pause() --> back in Resume()'s caller
//     Resume() -->           ... Leave() --> back, for good
//
// A fiber whose function has returned goes on with the next one on the same stack. One that has
// left in the middle begins on an empty stack: nothing on the old one is destroyed, so what owns
// memory must not live there. AddressSanitizer is told of every change of stacks, and keeps a good
// deal for each until it is left: beginning anew is dear then. The floating-point modes are common
// to all.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_FIBER_H_
#define ALLOCLAB_FUZZ_SCHEDULE_FIBER_H_

#include <cstddef>

namespace alloclab {

class Fiber {
 public:
  // Throws std::bad_alloc.
  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // The next Resume begins with entry(argument). Not for a fiber that has paused: it leaves first.
  void Start(void (*entry)(void*), void* argument);

  // From outside: runs it until it calls Pause or Leave, or `entry` returns.
  void Resume();

  // From inside.
  void Pause();
  [[noreturn]] void Leave();

 private:
  [[noreturn]] static void Begin();
  void PrepareStack();

  std::byte* memory_;  // a guard page, then the stack
  void* stack_pointer_ = nullptr;
  void* resumer_ = nullptr;  // the stack pointer to go back to
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  bool is_idle_ = false;  // its function has returned: it waits for another
  // The resumer's stack, for AddressSanitizer.
  const void* outside_ = nullptr;
  std::size_t outside_bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_FIBER_H_
