// CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), the checksum of every part of an archive.
// Detects every single-bit error and every burst of up to 32 bits.

#ifndef ALLOCLAB_TRACES_CRC32C_H_
#define ALLOCLAB_TRACES_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace alloclab {

// The checksum of `bytes`, or of what `crc` was computed from followed by `bytes`. O(bytes).
std::uint32_t Crc32c(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CRC32C_H_
