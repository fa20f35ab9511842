// RawLine: one line of text for places that may not allocate and cannot count on stdio: inside a
// heap, and before and after everything else of a process.

#ifndef ALLOCLAB_ALLOCATOR_RAW_LINE_H_
#define ALLOCLAB_ALLOCATOR_RAW_LINE_H_

#include <errno.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace alloclab {

// What does not fit is left out.
class RawLine {
 public:
  RawLine& operator<<(const char* text) noexcept {
    while (*text != '\0' && used_ < sizeof(text_)) text_[used_++] = *text++;
    return *this;
  }
  RawLine& operator<<(std::uint64_t number) noexcept { return Append(number, 10); }
  // As 0x and hexadecimal digits.
  RawLine& operator<<(const void* address) noexcept {
    return (*this << "0x").Append(reinterpret_cast<std::uintptr_t>(address), 16);
  }

  // In one write, so that lines of several processes do not mix. Keeps errno.
  void Write(int descriptor) const noexcept {
    const int saved_errno = errno;
    // Nothing is left to be done when it cannot be written.
    [[maybe_unused]] const ssize_t written = write(descriptor, text_, used_);
    errno = saved_errno;
  }

 private:
  RawLine& Append(std::uint64_t number, std::uint64_t base) noexcept {
    char digits[21] = {};
    char* at = digits + sizeof(digits) - 1;
    do {
      *--at = "0123456789abcdef"[number % base];
      number /= base;
    } while (number != 0);
    return *this << static_cast<const char*>(at);
  }

  char text_[256];
  std::size_t used_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_RAW_LINE_H_
