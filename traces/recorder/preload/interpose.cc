// The names that liballoclab_record.so puts in front of the allocator's. Each calls the real
// function and appends what happened: an acquire after the call, a release before it, a realloc
// both. errno is what the real function left.
//
// C++ new and delete come here through malloc and free.

#include <dlfcn.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "traces/recorder/preload/call_site.h"
#include "traces/recorder/preload/real_malloc.h"
#include "traces/recorder/preload/stack_walk.h"
#include "traces/recorder/preload/thread_log.h"

#define ALLOCLAB_INTERPOSED __attribute__((visibility("default")))

namespace alloclab::recorder {
namespace {

// How a call is to be served.
enum class Way { kRecord, kPassOn, kBoot };

inline bool IsPaused() { return paused->load(std::memory_order_relaxed) != 0; }

__attribute__((noinline)) Way UnusualWay() {
  if (!ResolveRealMalloc()) return Way::kBoot;
  if (thread_log.mode == ThreadMode::kInside) {
    CountNested();
    return Way::kPassOn;
  }
  if (!EnterThread() || IsPaused()) return Way::kPassOn;
  thread_log.mode = ThreadMode::kReady;
  return Way::kRecord;
}

inline Way WayOfCall() {
  return thread_log.mode == ThreadMode::kReady && !IsPaused() ? Way::kRecord : UnusualWay();
}

// Marks the allocator as being at work for as long as it lives.
class InsideAllocator {
 public:
  InsideAllocator() { thread_log.mode = ThreadMode::kInside; }
  ~InsideAllocator() { thread_log.mode = ThreadMode::kReady; }
  InsideAllocator(const InsideAllocator&) = delete;
  InsideAllocator& operator=(const InsideAllocator&) = delete;
};

template <class Function, class... Arguments>
inline auto CallInside(Function* function, Arguments... arguments) {
  InsideAllocator inside;
  return function(arguments...);
}

// Of what made or resized a block, with its call site where that is asked for.
inline void AppendMade(RecordKind kind, const void* block, std::size_t bytes) {
  if (site_depth != 0) [[unlikely]]
    return AppendWithCallSite(kind, block, bytes, 0);
  Append(kind, block, bytes);
}
inline void AppendMadeLong(RecordKind kind, const void* block, std::size_t bytes,
                           std::size_t extra) {
  if (site_depth != 0) [[unlikely]]
    return AppendWithCallSite(kind, block, bytes, extra);
  AppendLong(kind, block, bytes, extra);
}

// Serves an allocation with an alignment, by whatever name.
inline void* Aligned(RecordKind kind, void* (*function)(std::size_t, std::size_t),
                     std::size_t alignment, std::size_t bytes, Way way) {
  if (way != Way::kRecord) return function(alignment, bytes);
  void* block = CallInside(function, alignment, bytes);
  AppendMadeLong(kind, block, bytes, alignment);
  return block;
}

// The copy of a boot block that the real allocator can resize from now on. To the trace it is a
// new block.
void* LeaveBootArena(const void* old, std::size_t bytes) {
  void* block = malloc(bytes);
  if (block == nullptr) return nullptr;
  const std::size_t old_bytes = BootBlockBytes(old);
  std::memcpy(block, old, old_bytes < bytes ? old_bytes : bytes);
  return block;
}

}  // namespace
}  // namespace alloclab::recorder

using alloclab::recorder::Aligned;
using alloclab::recorder::Append;
using alloclab::recorder::AppendMade;
using alloclab::recorder::AppendMadeLong;
using alloclab::recorder::BootAllocate;
using alloclab::recorder::CallInside;
using alloclab::recorder::IsBootBlock;
using alloclab::recorder::LeaveBootArena;
using alloclab::recorder::real_malloc;
using alloclab::recorder::RecordKind;
using alloclab::recorder::Way;
using alloclab::recorder::WayOfCall;

extern "C" {

ALLOCLAB_INTERPOSED void* malloc(std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way != Way::kRecord) [[unlikely]] {
    return way == Way::kBoot ? BootAllocate(bytes, 1) : real_malloc.malloc(bytes);
  }
  void* block = CallInside(real_malloc.malloc, bytes);
  AppendMade(RecordKind::kMalloc, block, bytes);
  return block;
}

ALLOCLAB_INTERPOSED void free(void* block) noexcept {
  if (IsBootBlock(block)) [[unlikely]]
    return;
  const Way way = WayOfCall();
  if (way != Way::kRecord) [[unlikely]] {
    if (way == Way::kPassOn) real_malloc.free(block);
    return;
  }
  Append(RecordKind::kFree, block, 0);
  CallInside(real_malloc.free, block);
}

ALLOCLAB_INTERPOSED void* calloc(std::size_t count, std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way != Way::kRecord) [[unlikely]] {
    if (way == Way::kPassOn) return real_malloc.calloc(count, bytes);
    std::size_t product = 0;
    if (__builtin_mul_overflow(count, bytes, &product)) {
      errno = ENOMEM;
      return nullptr;
    }
    return BootAllocate(product, 1);
  }
  void* block = CallInside(real_malloc.calloc, count, bytes);
  AppendMadeLong(RecordKind::kCalloc, block, bytes, count);
  return block;
}

ALLOCLAB_INTERPOSED void* realloc(void* old, std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (IsBootBlock(old)) [[unlikely]]
    return LeaveBootArena(old, bytes);
  if (way != Way::kRecord) [[unlikely]] {
    return way == Way::kBoot ? BootAllocate(bytes, 1) : real_malloc.realloc(old, bytes);
  }
  if (old != nullptr) Append(RecordKind::kReallocBegin, old, 0);
  void* block = CallInside(real_malloc.realloc, old, bytes);
  AppendMade(RecordKind::kReallocEnd, block, bytes);
  return block;
}

ALLOCLAB_INTERPOSED void* reallocarray(void* old, std::size_t count, std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way != Way::kRecord || IsBootBlock(old)) [[unlikely]] {
    if (way == Way::kPassOn && !IsBootBlock(old)) {
      return real_malloc.reallocarray(old, count, bytes);
    }
    std::size_t product = 0;
    if (__builtin_mul_overflow(count, bytes, &product)) {
      errno = ENOMEM;
      return nullptr;
    }
    return realloc(old, product);
  }
  if (old != nullptr) Append(RecordKind::kReallocBegin, old, 0);
  void* block = CallInside(real_malloc.reallocarray, old, count, bytes);
  AppendMadeLong(RecordKind::kReallocArray, block, bytes, count);
  return block;
}

ALLOCLAB_INTERPOSED void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way == Way::kBoot) [[unlikely]]
    return BootAllocate(bytes, alignment);
  return Aligned(RecordKind::kMemalign, real_malloc.memalign, alignment, bytes, way);
}

ALLOCLAB_INTERPOSED void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way == Way::kBoot) [[unlikely]]
    return BootAllocate(bytes, alignment);
  return Aligned(RecordKind::kAlignedAlloc, real_malloc.aligned_alloc, alignment, bytes, way);
}

ALLOCLAB_INTERPOSED int posix_memalign(void** out, std::size_t alignment,
                                       std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way == Way::kPassOn) return real_malloc.posix_memalign(out, alignment, bytes);
  if (way == Way::kBoot) [[unlikely]] {
    *out = BootAllocate(bytes, alignment);
    return *out == nullptr ? ENOMEM : 0;
  }
  const int error = CallInside(real_malloc.posix_memalign, out, alignment, bytes);
  AppendMadeLong(RecordKind::kPosixMemalign, error == 0 ? *out : nullptr, bytes, alignment);
  return error;
}

ALLOCLAB_INTERPOSED void* valloc(std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way != Way::kRecord) [[unlikely]] {
    return way == Way::kBoot ? BootAllocate(bytes, 4096) : real_malloc.valloc(bytes);
  }
  void* block = CallInside(real_malloc.valloc, bytes);
  AppendMade(RecordKind::kValloc, block, bytes);
  return block;
}

ALLOCLAB_INTERPOSED void* pvalloc(std::size_t bytes) noexcept {
  const Way way = WayOfCall();
  if (way != Way::kRecord) [[unlikely]] {
    return way == Way::kBoot ? BootAllocate(bytes, 4096) : real_malloc.pvalloc(bytes);
  }
  void* block = CallInside(real_malloc.pvalloc, bytes);
  AppendMade(RecordKind::kPvalloc, block, bytes);
  return block;
}

// Other code may come to lie where this was.
ALLOCLAB_INTERPOSED int dlclose(void* library) {
  static const auto real = reinterpret_cast<int (*)(void*)>(dlsym(RTLD_NEXT, "dlclose"));
  alloclab::recorder::ForgetCode();
  const int error = real(library);
  alloclab::recorder::ForgetCode();
  return error;
}

}  // extern "C"
