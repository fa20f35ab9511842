// Fiber: a function on a stack of its own, which runs until it pauses and later goes on from there.
// All fibers run on the thread that resumes them, one at a time.
//
//     Resume() --> entry ... Pause() --> back in Resume()'s caller
//     Resume() -->           ... Leave() --> back, for good
//
// A fiber that will not be resumed any more is just started anew: nothing on its stack is
// destroyed, so what owns memory must not live there. AddressSanitizer is told of every change of
// stacks. The floating-point modes are common to all.

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

  // The next Resume begins with entry(argument), whatever the fiber was at before.
  void Start(void (*entry)(void*), void* argument);

  // From outside: runs it until it calls Pause or Leave, or `entry` returns.
  void Resume();

  // From inside.
  void Pause();
  [[noreturn]] void Leave();

 private:
  [[noreturn]] static void Begin();

  std::byte* memory_;  // a guard page, then the stack
  void* stack_pointer_ = nullptr;
  void* resumer_ = nullptr;  // the stack pointer to go back to
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  // The resumer's stack, for AddressSanitizer.
  const void* outside_ = nullptr;
  std::size_t outside_bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_FIBER_H_
