// Facts about a recording as bytes: what both forms require of them, and their encoding in an
// archive, one after the other, each as key length (u16), value length (u32), key, value.

#ifndef ALLOCLAB_TRACES_METADATA_H_
#define ALLOCLAB_TRACES_METADATA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "traces/trace_io.h"

namespace alloclab {

// Bounds on what a file can make a reader allocate before its first event.
inline constexpr std::size_t kMetadataMaxBytes = std::size_t{1} << 20;  // encoded
inline constexpr std::size_t kMetadataKeyMaxBytes = 64;
// What an entry takes besides its key and value.
inline constexpr std::size_t kMetadataLengthBytes = sizeof(std::uint16_t) + sizeof(std::uint32_t);

// Letters, digits, '_', '-' and '.', 1 to kMetadataKeyMaxBytes of them.
bool IsMetadataKey(std::string_view key);

// Throws TraceError, calling the file `name`, when the metadata cannot be kept in every form.
std::string EncodeMetadata(const std::string& name, const Metadata& metadata);

// Bytes that further metadata may take, encoded.
std::size_t MetadataRoom(const Metadata& metadata);

// Throws TraceError, calling the file `name`, when `bytes` (which begin at `offset` of the file)
// are no metadata.
Metadata DecodeMetadata(const std::string& name, std::uint64_t offset, std::string_view bytes);

// The facts that are also in the fixed header of an archive, where a tool finds them without
// decoding anything. The metadata is where they come from; absent ones are zero.
struct HeaderFacts {
  std::uint64_t clock_hz = 0;            // "clock_hz": ticks a second, 0 when there are no times
  std::uint64_t wall_time_ns = 0;        // "wall_time_ns": at the start, since 1970 UTC
  std::array<unsigned char, 16> uuid{};  // "uuid": 32 hexadecimal digits, with or without '-'
  friend bool operator==(const HeaderFacts&, const HeaderFacts&) = default;
};

// Throws TraceError, calling the file `name`, when one of them is malformed.
HeaderFacts FactsFromMetadata(const std::string& name, const Metadata& metadata);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_METADATA_H_
