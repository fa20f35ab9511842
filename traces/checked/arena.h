// Arena: the memory of a checked replay. Both ends are watched, and its address is the same modulo
// kAlignmentBytes in every process, so that alignment requests fall out the same way each time.
//
//     | guard | ... bytes() ... | guard |
//     ^ 0 modulo kAlignmentBytes
//
// An arena of more than kSparseBytes takes memory only where it is written to.
//
// The guards hold a pattern; a heap that writes just outside its page source changes it.

#ifndef ALLOCLAB_TRACES_CHECKED_ARENA_H_
#define ALLOCLAB_TRACES_CHECKED_ARENA_H_

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

namespace alloclab {

class Arena {
 public:
  static constexpr std::size_t kGuardBytes = 512;
  static constexpr std::size_t kAlignmentBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 44;
  static constexpr std::size_t kDirtyBytes = std::size_t{4} << 20;
  static constexpr std::size_t kSparseBytes = std::size_t{1} << 30;
  static constexpr int kDirt = 0xA5;

  // Room for arenas of up to `capacity` bytes (at most kMaxBytes). Throws std::bad_alloc.
  explicit Arena(std::size_t capacity) : capacity_(capacity), memory_(MemoryFor(capacity)) {
    Reset(capacity);
  }

  // Makes the arena `bytes` long (at most the capacity), guarded anew; its first dirty_bytes() are
  // filled with kDirt, for memory that was used before is not zero. The rest of a large arena is
  // left alone, so that what a heap never reaches is never resident; all of a sparse one is zero,
  // and takes no memory. O(dirty_bytes()), or what was written to.
  void Reset(std::size_t bytes) {
    bytes_ = std::min(bytes, capacity_);
    if (is_sparse()) memory_.Forget();
    std::memset(memory_.begin(), kGuard, kGuardBytes);
    std::memset(begin(), kDirt, dirty_bytes());
    std::memset(begin() + bytes_, kGuard, kGuardBytes);
  }

  bool is_sparse() const { return capacity_ > kSparseBytes; }
  std::size_t dirty_bytes() const { return is_sparse() ? 0 : std::min(bytes_, kDirtyBytes); }
  std::span<std::byte> bytes() const { return {begin(), bytes_}; }
  std::size_t capacity() const { return capacity_; }

  // The first byte outside that was changed, or null: of the whole guards, or of the `watched`
  // bytes (1 to kGuardBytes) on either side. O(watched).
  const std::byte* FirstStrayWrite(std::size_t watched = kGuardBytes) const {
    const std::byte* stray = FirstChange(begin() - watched, watched);
    return stray != nullptr ? stray : FirstChange(begin() + bytes_, watched);
  }

 private:
  static constexpr int kGuard = 0x9D;

  // Address space, of which only what is touched takes memory.
  class Memory {
   public:
    explicit Memory(std::size_t bytes) : bytes_(bytes + kAlignmentBytes) {
      mapped_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (mapped_ == MAP_FAILED) throw std::bad_alloc();
    }
    ~Memory() { munmap(mapped_, bytes_); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    std::byte* begin() const {
      const auto address = reinterpret_cast<std::uintptr_t>(mapped_);
      return static_cast<std::byte*>(mapped_) + (kAlignmentBytes - address % kAlignmentBytes);
    }
    // Makes all of it zero again.
    void Forget() { madvise(mapped_, bytes_, MADV_DONTNEED); }

   private:
    std::size_t bytes_;
    void* mapped_;
  };

  static std::size_t MemoryFor(std::size_t capacity) {
    if (capacity > kMaxBytes) throw std::bad_alloc();
    return capacity + 2 * kGuardBytes;
  }

  std::byte* begin() const { return memory_.begin() + kGuardBytes; }

  // Compares with itself one byte on: done after every call, so left to memcmp.
  static const std::byte* FirstChange(const std::byte* guard, std::size_t bytes) {
    const auto changed = [](std::byte b) { return b != std::byte{kGuard}; };
    if (!changed(*guard) && std::memcmp(guard, guard + 1, bytes - 1) == 0) return nullptr;
    return std::find_if(guard, guard + bytes, changed);
  }

  std::size_t capacity_;
  Memory memory_;
  std::size_t bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CHECKED_ARENA_H_
