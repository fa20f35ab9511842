// Fixed-width little-endian numbers in byte buffers, as every header of the archive uses them.

#ifndef ALLOCLAB_TRACES_LITTLE_ENDIAN_H_
#define ALLOCLAB_TRACES_LITTLE_ENDIAN_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>

namespace alloclab {

// The functions below copy bytes as they lie, which is little-endian only on such a machine.
static_assert(std::endian::native == std::endian::little);

template <std::unsigned_integral T>
T LoadLittleEndian(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <std::unsigned_integral T>
void StoreLittleEndian(void* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

template <std::unsigned_integral T>
void AppendLittleEndian(std::string& to, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  to.append(bytes, sizeof value);
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_LITTLE_ENDIAN_H_
