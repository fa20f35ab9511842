// Arena: the memory of a checked replay. Both ends are watched, and its address is the same modulo
// kAlignmentBytes in every process, so that alignment requests fall out the same way each time.
//
//     | guard | ... bytes() ... | guard |
//     ^ 0 modulo kAlignmentBytes
//
// The guards hold a pattern; a heap that writes just outside its page source changes it.

#ifndef ALLOCLAB_TRACES_CHECKED_ARENA_H_
#define ALLOCLAB_TRACES_CHECKED_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace alloclab {

class Arena {
 public:
  static constexpr std::size_t kGuardBytes = 512;
  static constexpr std::size_t kAlignmentBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 44;
  static constexpr std::size_t kDirtyBytes = std::size_t{4} << 20;
  static constexpr int kDirt = 0xA5;

  // Room for arenas of up to `capacity` bytes (at most kMaxBytes). Throws std::bad_alloc.
  explicit Arena(std::size_t capacity) : capacity_(capacity) {
    if (capacity > kMaxBytes) throw std::bad_alloc();
    const std::size_t bytes = capacity + 2 * kGuardBytes + kAlignmentBytes - 1;
    memory_.reset(static_cast<std::byte*>(
        std::aligned_alloc(kAlignmentBytes, bytes & ~(kAlignmentBytes - 1))));
    if (memory_ == nullptr) throw std::bad_alloc();
    Reset(capacity);
  }

  // Makes the arena `bytes` long (at most the capacity), guarded anew; its first kDirtyBytes are
  // filled with kDirt, for memory that was used before is not zero. The rest of a large arena is
  // left alone, so that what a heap never reaches is never resident. O(kDirtyBytes).
  void Reset(std::size_t bytes) {
    bytes_ = std::min(bytes, capacity_);
    std::memset(memory_.get(), kGuard, kGuardBytes);
    std::memset(begin(), kDirt, std::min(bytes_, kDirtyBytes));
    std::memset(begin() + bytes_, kGuard, kGuardBytes);
  }

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
  struct FreeMemory {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  std::byte* begin() const { return memory_.get() + kGuardBytes; }

  // Compares with itself one byte on: done after every call, so left to memcmp.
  static const std::byte* FirstChange(const std::byte* guard, std::size_t bytes) {
    const auto changed = [](std::byte b) { return b != std::byte{kGuard}; };
    if (!changed(*guard) && std::memcmp(guard, guard + 1, bytes - 1) == 0) return nullptr;
    return std::find_if(guard, guard + bytes, changed);
  }

  std::unique_ptr<std::byte, FreeMemory> memory_;
  std::size_t capacity_;
  std::size_t bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CHECKED_ARENA_H_
