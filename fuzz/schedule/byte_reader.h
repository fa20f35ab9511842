// Takes a fuzzer's input apart from the front. Total: past the end everything is zero.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_BYTE_READER_H_
#define ALLOCLAB_FUZZ_SCHEDULE_BYTE_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace alloclab {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  std::uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }

  // `count` bytes (at most 8), the least significant first.
  std::uint64_t Number(std::size_t count) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number |= std::uint64_t{Byte()} << (8 * i);
    return number;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_BYTE_READER_H_
