// Memory for the operations of a program: large, written once from front to back, then only read.
//
// An allocator for std::vector that leaves new elements unwritten (they are about to be) and maps
// large arrays by themselves, on huge pages where the system gives them: with small ones, the page
// faults of the first write take longer than decoding a trace does. Memory that is reserved and
// never written costs nothing.

#ifndef ALLOCLAB_TRACES_OP_MEMORY_H_
#define ALLOCLAB_TRACES_OP_MEMORY_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace alloclab {

template <class T>
class OpMemory {
 public:
  using value_type = T;

  OpMemory() = default;
  template <class U>
  OpMemory(const OpMemory<U>&) noexcept {}

  T* allocate(std::size_t count) {
    if (!IsMapped(count)) return std::allocator<T>().allocate(count);
    if (count > PTRDIFF_MAX / sizeof(T) - kHugePageBytes) throw std::bad_alloc();
    // A huge page more than asked for, so that the array can begin on one.
    const std::size_t bytes = MappedBytes(count);
    void* mapped = mmap(nullptr, bytes + kHugePageBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    const auto address = reinterpret_cast<std::uintptr_t>(mapped);
    const std::size_t lead = (kHugePageBytes - address % kHugePageBytes) % kHugePageBytes;
    auto* begin = static_cast<std::byte*>(mapped) + lead;
    if (lead != 0) munmap(mapped, lead);
    if (lead != kHugePageBytes) munmap(begin + bytes, kHugePageBytes - lead);
    madvise(begin, bytes, MADV_HUGEPAGE);  // advice: without it all works, slower
    return reinterpret_cast<T*>(begin);
  }

  void deallocate(T* p, std::size_t count) noexcept {
    if (IsMapped(count)) {
      munmap(p, MappedBytes(count));
    } else {
      std::allocator<T>().deallocate(p, count);
    }
  }

  // vector::resize writes nothing.
  template <class U>
  void construct(U*) noexcept {}
  template <class U, class... Args>
  void construct(U* p, Args&&... args) {
    new (p) U(std::forward<Args>(args)...);
  }

  friend bool operator==(const OpMemory&, const OpMemory&) { return true; }

 private:
  static constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;
  static bool IsMapped(std::size_t count) { return count >= kHugePageBytes / sizeof(T); }
  static std::size_t MappedBytes(std::size_t count) {
    return (count * sizeof(T) + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
  }
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_OP_MEMORY_H_
