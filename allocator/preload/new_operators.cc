// C++ new and delete, in all their forms, over the C functions of this library.
//
// Where memory is to be had, nothing of C++ is needed. Where it is refused, the standard wants the
// new_handler called and std::bad_alloc thrown, which only the program's C++ runtime can do. So the
// request is handed on to the runtime's own operator, which asks malloc again, calls the handler,
// and throws, or catches for the nothrow forms. Without a runtime there is no handler: the nothrow
// forms answer null, and the others, which must not, end the program with a sentence.
//
// Exceptions pass through these functions without meeting one that must not throw: that would need
// the runtime's personality routine, and with it the runtime.

#include <cstdint>
#include <cstdlib>
#include <new>

#include "allocator/preload/cxx_runtime.h"

namespace {

using alloclab::preload::DieWithoutRuntime;
using alloclab::preload::OperatorOfRuntime;

using New = void*(std::size_t);
using NewNothrow = void*(std::size_t, const std::nothrow_t&) noexcept;
using NewAligned = void*(std::size_t, std::align_val_t);
using NewAlignedNothrow = void*(std::size_t, std::align_val_t, const std::nothrow_t&) noexcept;

// What is asked again: refused like n, and rounded up to an alignment without overflow. libstdc++
// 12 rounds without looking, and would serve SIZE_MAX with an empty block.
std::size_t Again(std::size_t n) noexcept {
  constexpr std::size_t kAbsurd = ~(SIZE_MAX >> 1);
  return n < kAbsurd ? n : kAbsurd;
}

// Null when there is no runtime.
template <class Operator>
Operator* OfRuntime(const char* name) noexcept {
  return reinterpret_cast<Operator*>(OperatorOfRuntime(name));
}
template <class Operator>
Operator* OfRuntimeOrDie(const char* name) noexcept {
  auto* found = OfRuntime<Operator>(name);
  if (found == nullptr) DieWithoutRuntime();
  return found;
}

[[gnu::noinline]] void* Refused(std::size_t n) { return OfRuntimeOrDie<New>("_Znwm")(n); }

[[gnu::noinline]] void* Refused(std::size_t n, const std::nothrow_t& nothrow) noexcept {
  auto* again = OfRuntime<NewNothrow>("_ZnwmRKSt9nothrow_t");
  return again == nullptr ? nullptr : again(n, nothrow);
}

[[gnu::noinline]] void* Refused(std::size_t n, std::align_val_t alignment) {
  return OfRuntimeOrDie<NewAligned>("_ZnwmSt11align_val_t")(Again(n), alignment);
}

[[gnu::noinline]] void* Refused(std::size_t n, std::align_val_t alignment,
                                const std::nothrow_t& nothrow) noexcept {
  auto* again = OfRuntime<NewAlignedNothrow>("_ZnwmSt11align_val_tRKSt9nothrow_t");
  return again == nullptr ? nullptr : again(Again(n), alignment, nothrow);
}

// Null also for what is no power of two: the runtime throws for it.
void* Aligned(std::size_t n, std::align_val_t alignment) noexcept {
  return aligned_alloc(static_cast<std::size_t>(alignment), n);
}

}  // namespace

void* operator new(std::size_t n) {
  void* p = std::malloc(n);
  return p != nullptr ? p : Refused(n);
}
void* operator new[](std::size_t n) { return operator new(n); }

void* operator new(std::size_t n, const std::nothrow_t& nothrow) noexcept {
  void* p = std::malloc(n);
  return p != nullptr ? p : Refused(n, nothrow);
}
void* operator new[](std::size_t n, const std::nothrow_t& nothrow) noexcept {
  return operator new(n, nothrow);
}

void* operator new(std::size_t n, std::align_val_t alignment) {
  void* p = Aligned(n, alignment);
  return p != nullptr ? p : Refused(n, alignment);
}
void* operator new[](std::size_t n, std::align_val_t alignment) {
  return operator new(n, alignment);
}

void* operator new(std::size_t n, std::align_val_t alignment,
                   const std::nothrow_t& nothrow) noexcept {
  void* p = Aligned(n, alignment);
  return p != nullptr ? p : Refused(n, alignment, nothrow);
}
void* operator new[](std::size_t n, std::align_val_t alignment,
                     const std::nothrow_t& nothrow) noexcept {
  return operator new(n, alignment, nothrow);
}

// The heap knows size and alignment of each block already.
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
