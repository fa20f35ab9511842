#include "traces/import/zip_entry.h"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

#include "traces/little_endian.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::string_view kLocalHeader("PK\x03\x04", 4);
constexpr std::string_view kDescriptor("PK\x07\x08", 4);
constexpr std::string_view kCentralHeader("PK\x01\x02", 4);
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kSignatureBytes = 4;

constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint16_t kSizesFollow = 8;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
// In the place of a size: it is in the extra field of this kind, which begins with both.
constexpr std::uint32_t kInExtraField = UINT32_MAX;
constexpr std::uint16_t kZip64Field = 1;

std::string Printable(std::string text) {
  for (char& byte : text) {
    if (static_cast<unsigned char>(byte) < ' ' || byte == 0x7F) byte = '?';
  }
  return text;
}

}  // namespace

ZipEntry::ZipEntry(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
  LocalHeader header;
  do {
    if (!NextIs(kLocalHeader)) Refuse("the zip archive holds no file; pack the recording into it");
    header = ReadLocalHeader();
  } while (header.IsFolder());
  BeginData(header);
}

void ZipEntry::Refuse(const std::string& why) const {
  throw TraceError(fmt::format("{}: {}", source_->name(), why));
}

bool ZipEntry::NextIs(std::string_view signature) {
  return source_->Peek(kSignatureBytes) == signature;
}

std::string ZipEntry::Take(std::size_t count) {
  std::string bytes(count, '\0');
  if (source_->Read(bytes.data(), count) != count) {
    Refuse(fmt::format("the zip archive is cut at byte {}; copy it again", source_->offset()));
  }
  return bytes;
}

ZipEntry::LocalHeader ZipEntry::ReadLocalHeader() {
  const std::string bytes = Take(kLocalHeaderBytes);
  LocalHeader header;
  header.flags = LoadLittleEndian<std::uint16_t>(bytes.data() + 6);
  header.method = LoadLittleEndian<std::uint16_t>(bytes.data() + 8);
  header.crc = LoadLittleEndian<std::uint32_t>(bytes.data() + 14);
  header.stored_bytes = LoadLittleEndian<std::uint32_t>(bytes.data() + 18);
  header.bytes = LoadLittleEndian<std::uint32_t>(bytes.data() + 22);
  header.name = Printable(Take(LoadLittleEndian<std::uint16_t>(bytes.data() + 26)));
  const std::string extra = Take(LoadLittleEndian<std::uint16_t>(bytes.data() + 28));
  if (header.bytes == kInExtraField || header.stored_bytes == kInExtraField) {
    ReadLargeSizes(extra, header);
  }
  if (header.IsFolder() && header.stored_bytes != 0) {
    Refuse(
        fmt::format("the folder \"{}\" of the zip archive has contents of its own; pack it "
                    "again",
                    header.name));
  }
  return header;
}

void ZipEntry::ReadLargeSizes(std::string_view extra, LocalHeader& header) const {
  while (extra.size() >= 4) {
    const auto kind = LoadLittleEndian<std::uint16_t>(extra.data());
    const auto bytes = LoadLittleEndian<std::uint16_t>(extra.data() + 2);
    extra.remove_prefix(4);
    if (bytes > extra.size()) break;
    if (kind == kZip64Field && bytes >= 16) {
      header.bytes = LoadLittleEndian<std::uint64_t>(extra.data());
      header.stored_bytes = LoadLittleEndian<std::uint64_t>(extra.data() + 8);
      return;
    }
    extra.remove_prefix(bytes);
  }
  Refuse(
      fmt::format("the size of \"{}\" is missing in the zip archive; pack it again", header.name));
}

void ZipEntry::BeginData(const LocalHeader& header) {
  name_ = header.name;
  const bool deflated = header.method == kDeflated;
  has_descriptor_ = (header.flags & kSizesFollow) != 0;
  if ((header.flags & kEncrypted) != 0) {
    Refuse(fmt::format("\"{}\" is encrypted; unpack it and name the file", name_));
  }
  if (!deflated && header.method != kStored) {
    Refuse(
        fmt::format("\"{}\" is packed by method {}, and only 0 (stored) and 8 (deflated) are "
                    "known; unpack it and name the file",
                    name_, header.method));
  }
  if (!deflated && has_descriptor_) {
    Refuse(
        fmt::format("\"{}\" is stored and its size is not told before it; unpack it and name "
                    "the file",
                    name_));
  }
  if (deflated) inflate_.emplace(*source_, Inflate::Wrapper::kNone);
  stored_left_ = header.stored_bytes;
  crc_said_ = header.crc;
  bytes_said_ = header.bytes;
}

std::size_t ZipEntry::Read(char* into, std::size_t count) {
  if (ended_) return 0;
  std::size_t got = 0;
  if (inflate_) {
    got = inflate_->Read(into, count);
  } else {
    got =
        source_->Read(into, static_cast<std::size_t>(std::min<std::uint64_t>(count, stored_left_)));
    if (got == 0 && stored_left_ != 0) Take(1);  // refuses: it is cut
    stored_left_ -= got;
  }
  crc_ = static_cast<std::uint32_t>(crc32_z(crc_, reinterpret_cast<const Bytef*>(into), got));
  bytes_ += got;
  if (got == 0) {
    ended_ = true;
    CheckData();
    CheckWhatFollows();
  }
  return got;
}

void ZipEntry::CheckData() {
  if (has_descriptor_) ReadDescriptor();
  if (crc_ != crc_said_ || bytes_ != bytes_said_) {
    Refuse(
        fmt::format("\"{}\" is damaged: it has {} bytes with CRC {:08x}, and the archive says {} "
                    "and {:08x}; copy it again",
                    name_, bytes_, crc_, bytes_said_, crc_said_));
  }
}

// Its sizes have 8 bytes instead of 4 when the writer thought it might need them, which only what
// follows can tell.
void ZipEntry::ReadDescriptor() {
  if (NextIs(kDescriptor)) Take(kSignatureBytes);
  const std::string_view ahead = source_->Peek(12 + kSignatureBytes);
  const bool is_short = ahead.size() < 14 || ahead.substr(12, 2) == "PK";
  const std::string bytes = Take(is_short ? 12 : 20);
  crc_said_ = LoadLittleEndian<std::uint32_t>(bytes.data());
  bytes_said_ = is_short ? LoadLittleEndian<std::uint32_t>(bytes.data() + 8)
                         : LoadLittleEndian<std::uint64_t>(bytes.data() + 12);
}

void ZipEntry::CheckWhatFollows() {
  while (NextIs(kLocalHeader)) {
    const LocalHeader header = ReadLocalHeader();
    if (!header.IsFolder()) {
      Refuse(
          fmt::format("the zip archive holds more than one file (\"{}\", \"{}\"); unpack it and "
                      "name one of them",
                      name_, header.name));
    }
  }
  if (!NextIs(kCentralHeader)) {
    Refuse(
        fmt::format("the zip archive has no directory at byte {}, so it is cut or damaged; copy "
                    "it again",
                    source_->offset()));
  }
}

}  // namespace alloclab
