// C++ new and delete: every form, and what new does when memory is refused.

#include <malloc.h>
#include <sys/resource.h>

#include <cstdint>
#include <initializer_list>
#include <new>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

constexpr std::align_val_t kSixteen{16};
constexpr std::align_val_t kWide{256};

std::size_t Absurd() {
  volatile std::size_t n = SIZE_MAX - 100;
  return n;
}

// Calls of the handler until it gives up.
int handler_calls = 0;

void GiveUpAtTheThird() {
  if (++handler_calls == 3) std::set_new_handler(nullptr);
}

struct HandlersOwn {};

void ThrowSomethingElse() {
  ++handler_calls;
  throw HandlersOwn();
}

void ThrowBadAlloc() {
  ++handler_calls;
  throw std::bad_alloc();
}

struct rlimit old_limit = {};

void LiftTheLimit() {
  ++handler_calls;
  setrlimit(RLIMIT_AS, &old_limit);
}

void* Used(void* p, std::size_t n, std::size_t alignment) {
  Check(p != nullptr && IsAligned(p, alignment), "new serves, aligned", n);
  if (p != nullptr) std::memset(p, 0x77, n);
  return p;
}

template <class Allocate>
void ThrowsAfterTheHandler(Allocate allocate, const char* form) {
  handler_calls = 0;
  std::set_new_handler(GiveUpAtTheThird);
  bool thrown = false;
  try {
    allocate();
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  Check(thrown, form);
  Check(handler_calls == 3, "the handler is called until there is none",
        static_cast<std::size_t>(handler_calls));
}

template <class Allocate>
void ReturnsNullAfterTheHandler(Allocate allocate, const char* form) {
  handler_calls = 0;
  std::set_new_handler(GiveUpAtTheThird);
  Check(allocate() == nullptr, form);
  Check(handler_calls == 3, "nothrow new calls the handler, too",
        static_cast<std::size_t>(handler_calls));
  std::set_new_handler(ThrowBadAlloc);
  Check(allocate() == nullptr, "what the handler throws ends in null");
  std::set_new_handler(nullptr);
}

}  // namespace

void EveryNewMeetsItsDelete() {
  const std::size_t used = mallinfo2().uordblks;
  for (const std::size_t n :
       {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{5000}}) {
    operator delete(Used(operator new(n), n, 16));
    operator delete(Used(operator new(n), n, 16), n);
    operator delete(Used(operator new(n, std::nothrow), n, 16), std::nothrow);
    operator delete[](Used(operator new[](n), n, 16));
    operator delete[](Used(operator new[](n), n, 16), n);
    operator delete[](Used(operator new[](n, std::nothrow), n, 16), std::nothrow);
    operator delete(Used(operator new(n, kSixteen), n, 16), kSixteen);
    operator delete(Used(operator new(n, kSixteen), n, 16), n, kSixteen);
    operator delete(Used(operator new(n, kSixteen, std::nothrow), n, 16), kSixteen, std::nothrow);
    operator delete[](Used(operator new[](n, kSixteen), n, 16), kSixteen);
    operator delete[](Used(operator new[](n, kSixteen), n, 16), n, kSixteen);
    operator delete[](Used(operator new[](n, kSixteen, std::nothrow), n, 16), kSixteen,
                      std::nothrow);
    // A wider alignment, where the heap has it.
    if (void* p = operator new(n, kWide, std::nothrow)) operator delete(Used(p, n, 256), n, kWide);
    if (void* p = operator new[](n, kWide, std::nothrow)) {
      operator delete[](Used(p, n, 256), n, kWide);
    }
  }
  operator delete(nullptr);
  operator delete[](nullptr, std::size_t{0});
  Check(mallinfo2().uordblks == used, "every delete frees", mallinfo2().uordblks - used);
}

void NewCallsTheHandlerAndThrows() {
  const std::size_t n = Absurd();
  ThrowsAfterTheHandler([n] { return operator new(n); }, "new throws bad_alloc");
  ThrowsAfterTheHandler([n] { return operator new[](n); }, "new[] throws bad_alloc");
  ThrowsAfterTheHandler([n] { return operator new(n, kWide); }, "aligned new throws bad_alloc");
  ThrowsAfterTheHandler([n] { return operator new[](n, kWide); }, "aligned new[] throws bad_alloc");

  handler_calls = 0;
  std::set_new_handler(ThrowSomethingElse);
  bool passed = false;
  try {
    operator delete(operator new(n));
  } catch (const HandlersOwn&) {
    passed = true;
  }
  Check(passed && handler_calls == 1, "what the handler throws passes through new");

  // A handler that finds memory: new succeeds.
  getrlimit(RLIMIT_AS, &old_limit);
  struct rlimit tight = old_limit;
  tight.rlim_cur = rlim_t{64} << 20;
  setrlimit(RLIMIT_AS, &tight);
  handler_calls = 0;
  std::set_new_handler(LiftTheLimit);
  void* p = operator new(std::size_t{200} << 20);
  Check(p != nullptr && handler_calls == 1, "new asks again after the handler");
  operator delete(p);
  std::set_new_handler(nullptr);
}

void NothrowNewReturnsNull() {
  const std::size_t n = Absurd();
  ReturnsNullAfterTheHandler([n] { return operator new(n, std::nothrow); }, "nothrow new is null");
  ReturnsNullAfterTheHandler([n] { return operator new[](n, std::nothrow); },
                             "nothrow new[] is null");
  ReturnsNullAfterTheHandler([n] { return operator new(n, kWide, std::nothrow); },
                             "aligned nothrow new is null");
  ReturnsNullAfterTheHandler([n] { return operator new[](n, kWide, std::nothrow); },
                             "aligned nothrow new[] is null");
}

}  // namespace alloclab::subjects
