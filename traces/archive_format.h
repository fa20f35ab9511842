// The layout of the archive, in constants and plain structs. FORMAT.md is the specification; this
// file is its only transcript in code. All numbers are little-endian.

#ifndef ALLOCLAB_TRACES_ARCHIVE_FORMAT_H_
#define ALLOCLAB_TRACES_ARCHIVE_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/metadata.h"

namespace alloclab {

// A byte above 127, both line ends and the DOS end of file: transfers that damage binary files
// damage this first.
inline constexpr std::string_view kArchiveMagic =
    "\x89"
    "ALT\r\n\x1a\n";
inline constexpr std::string_view kBlockMagic = "ALTB";
inline constexpr std::string_view kIndexMagic = "ALTI";
inline constexpr std::string_view kEndMagic =
    "ALT\x1a"
    "END\n";

inline constexpr std::uint16_t kArchiveMajor = 1;
inline constexpr std::uint16_t kArchiveMinor = 0;

inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::size_t kBlockHeaderBytes = 64;  // before the directory
inline constexpr std::size_t kColumnEntryBytes = 16;
inline constexpr std::size_t kIndexHeaderBytes = 16;
inline constexpr std::size_t kIndexEntryBytes = 24;
inline constexpr std::size_t kIndexTailBytes = 32;

// Limits: what a reader may be made to allocate by what a file declares.
inline constexpr std::uint32_t kBlockMaxEvents = 1 << 18;
inline constexpr std::size_t kBlockMaxColumns = 64;
// No event takes more: an escape, kind, flags and four operands.
inline constexpr std::uint32_t kEventMaxBytes = 3 + 4 * 9;
inline constexpr std::uint32_t kThreadRunMaxBytes = 2 * 9;
inline constexpr std::uint32_t kTimeMaxBytes = 9;
inline constexpr std::uint32_t kSiteMaxBytes = 9;
inline constexpr std::uint32_t kSurvivorMaxBytes = 4 * 9;
// Of a snapshot: usually some 15 million live allocations.
inline constexpr std::uint32_t kSnapshotMaxBytes = std::uint32_t{1} << 26;
// Numbers of allocations stay below this, so that a reference and a tag bit fit in 64 bits.
inline constexpr std::uint64_t kMaxAllocations = std::uint64_t{1} << 60;

// Events in a block as written here: its raw columns stay in a second-level cache.
inline constexpr std::uint32_t kBlockEvents = 1 << 16;

enum ColumnId : std::uint16_t {
  kEventColumn = 1,
  kThreadColumn = 2,
  kTimeColumn = 3,
  kSiteColumn = 4,
  kSnapshotColumn = 6,
};
enum ColumnCodec : std::uint8_t {
  kStoredCodec = 0,
  kZstdCodec = 1,
};
// The parameter of the event column: how an allocation is referred to.
enum ReferencePredictor : std::uint8_t {
  kAgePredictor = 0,    // next id - 1 - id
  kDeltaPredictor = 1,  // zigzag(id - id ended last); that is the block's first id at its start
};

struct ArchiveHeader {
  std::uint16_t major = kArchiveMajor;
  std::uint16_t minor = kArchiveMinor;
  std::uint32_t flags = 0;
  HeaderFacts facts;
  std::uint32_t metadata_bytes = 0;
  std::uint32_t metadata_crc = 0;
};

struct ColumnEntry {
  std::uint16_t id = 0;
  std::uint8_t codec = 0;
  std::uint8_t parameter = 0;
  std::uint32_t raw_bytes = 0;
  std::uint32_t stored_bytes = 0;
  std::uint32_t crc = 0;  // of the stored bytes
};

struct BlockHeader {
  std::uint32_t events = 0;
  std::uint64_t first_event = 0;
  std::uint64_t first_id = 0;
  std::uint64_t live_objects = 0;  // before its first event
  std::uint64_t live_bytes = 0;    // before its first event
  std::uint64_t min_time = 0;
  std::uint64_t max_time = 0;
  std::vector<ColumnEntry> columns = {};
};

std::string EncodeHeader(const ArchiveHeader& header);
// Checks magic, version and checksum of the kHeaderBytes `bytes`. Throws TraceError.
ArchiveHeader DecodeHeader(const std::string& name, std::string_view bytes);

std::string EncodeBlockHeader(const BlockHeader& header);
// The size a block header declares in its first kBlockHeaderBytes, or 0 when it cannot be one.
std::size_t BlockHeaderSize(std::string_view begin);
// The header in all its bytes. Returns false when its checksum does not match.
bool DecodeBlockHeader(std::string_view bytes, BlockHeader& header);

std::string EncodeIndexHeader(std::uint64_t blocks);
std::string EncodeIndexEntry(std::uint64_t offset, const BlockHeader& block);
// `crc` is the checksum of the index up to here; its tail up to the checksum is covered as well.
std::string EncodeIndexTail(std::uint64_t events, std::uint64_t index_offset, std::uint32_t crc);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_ARCHIVE_FORMAT_H_
