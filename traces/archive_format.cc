#include "traces/archive_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/crc32c.h"
#include "traces/little_endian.h"

namespace alloclab {

std::string EncodeHeader(const ArchiveHeader& header) {
  std::string bytes(kArchiveMagic);
  AppendLittleEndian(bytes, header.major);
  AppendLittleEndian(bytes, header.minor);
  AppendLittleEndian(bytes, header.flags);
  AppendLittleEndian(bytes, header.facts.clock_hz);
  AppendLittleEndian(bytes, header.facts.wall_time_ns);
  bytes.append(header.facts.uuid.begin(), header.facts.uuid.end());
  AppendLittleEndian(bytes, header.metadata_bytes);
  AppendLittleEndian(bytes, header.metadata_crc);
  AppendLittleEndian(bytes, std::uint32_t{0});
  AppendLittleEndian(bytes, Crc32c(bytes));
  return bytes;
}

ArchiveHeader DecodeHeader(const std::string& name, std::string_view bytes) {
  const char* at = bytes.data();
  ArchiveHeader header;
  header.major = LoadLittleEndian<std::uint16_t>(at + 8);
  header.minor = LoadLittleEndian<std::uint16_t>(at + 10);
  header.flags = LoadLittleEndian<std::uint32_t>(at + 12);
  // Before the checksum: a newer major may have it elsewhere.
  if (header.major != kArchiveMajor) {
    throw TraceError(
        fmt::format("{}: archive version {}.{} at byte 8, but this alloclab reads version "
                    "{}; use the alloclab that wrote it",
                    name, header.major, header.minor, kArchiveMajor));
  }
  if (LoadLittleEndian<std::uint32_t>(at + 60) != Crc32c(bytes.substr(0, 60))) {
    throw TraceError(
        fmt::format("{}: the checksum of the header (bytes 0 to 63) does not match; the "
                    "file is damaged, copy it again",
                    name));
  }
  header.facts.clock_hz = LoadLittleEndian<std::uint64_t>(at + 16);
  header.facts.wall_time_ns = LoadLittleEndian<std::uint64_t>(at + 24);
  std::copy_n(at + 32, header.facts.uuid.size(), header.facts.uuid.begin());
  header.metadata_bytes = LoadLittleEndian<std::uint32_t>(at + 48);
  header.metadata_crc = LoadLittleEndian<std::uint32_t>(at + 52);
  return header;
}

std::string EncodeBlockHeader(const BlockHeader& header) {
  const std::size_t size = kBlockHeaderBytes + header.columns.size() * kColumnEntryBytes;
  std::string bytes;
  AppendLittleEndian(bytes, static_cast<std::uint32_t>(size));
  AppendLittleEndian(bytes, header.events);
  AppendLittleEndian(bytes, header.first_event);
  AppendLittleEndian(bytes, header.first_id);
  AppendLittleEndian(bytes, header.live_objects);
  AppendLittleEndian(bytes, header.live_bytes);
  AppendLittleEndian(bytes, header.min_time);
  AppendLittleEndian(bytes, header.max_time);
  for (const ColumnEntry& column : header.columns) {
    AppendLittleEndian(bytes, column.id);
    bytes.push_back(static_cast<char>(column.codec));
    bytes.push_back(static_cast<char>(column.parameter));
    AppendLittleEndian(bytes, column.raw_bytes);
    AppendLittleEndian(bytes, column.stored_bytes);
    AppendLittleEndian(bytes, column.crc);
  }
  std::string result(kBlockMagic);
  AppendLittleEndian(result, Crc32c(bytes));
  return result + bytes;
}

std::size_t BlockHeaderSize(std::string_view begin) {
  const std::size_t size = LoadLittleEndian<std::uint32_t>(begin.data() + 8);
  const bool possible = size > kBlockHeaderBytes && size % kColumnEntryBytes == 0 &&
                        size <= kBlockHeaderBytes + kBlockMaxColumns * kColumnEntryBytes;
  return possible ? size : 0;
}

bool DecodeBlockHeader(std::string_view bytes, BlockHeader& header) {
  const char* at = bytes.data();
  if (LoadLittleEndian<std::uint32_t>(at + 4) != Crc32c(bytes.substr(8))) return false;
  header.events = LoadLittleEndian<std::uint32_t>(at + 12);
  header.first_event = LoadLittleEndian<std::uint64_t>(at + 16);
  header.first_id = LoadLittleEndian<std::uint64_t>(at + 24);
  header.live_objects = LoadLittleEndian<std::uint64_t>(at + 32);
  header.live_bytes = LoadLittleEndian<std::uint64_t>(at + 40);
  header.min_time = LoadLittleEndian<std::uint64_t>(at + 48);
  header.max_time = LoadLittleEndian<std::uint64_t>(at + 56);
  header.columns.clear();
  for (at += kBlockHeaderBytes; at != bytes.data() + bytes.size(); at += kColumnEntryBytes) {
    ColumnEntry& column = header.columns.emplace_back();
    column.id = LoadLittleEndian<std::uint16_t>(at);
    column.codec = static_cast<std::uint8_t>(at[2]);
    column.parameter = static_cast<std::uint8_t>(at[3]);
    column.raw_bytes = LoadLittleEndian<std::uint32_t>(at + 4);
    column.stored_bytes = LoadLittleEndian<std::uint32_t>(at + 8);
    column.crc = LoadLittleEndian<std::uint32_t>(at + 12);
  }
  return true;
}

std::string EncodeIndexHeader(std::uint64_t blocks) {
  std::string bytes(kIndexMagic);
  AppendLittleEndian(bytes, std::uint32_t{0});
  AppendLittleEndian(bytes, blocks);
  return bytes;
}

std::string EncodeIndexEntry(std::uint64_t offset, const BlockHeader& block) {
  std::string bytes;
  AppendLittleEndian(bytes, offset);
  AppendLittleEndian(bytes, block.first_event);
  AppendLittleEndian(bytes, block.first_id);
  return bytes;
}

std::string EncodeIndexTail(std::uint64_t events, std::uint64_t index_offset, std::uint32_t crc) {
  std::string bytes;
  AppendLittleEndian(bytes, events);
  AppendLittleEndian(bytes, index_offset);
  AppendLittleEndian(bytes, Crc32c(bytes, crc));
  AppendLittleEndian(bytes, std::uint32_t{0});
  bytes += kEndMagic;
  return bytes;
}

}  // namespace alloclab
