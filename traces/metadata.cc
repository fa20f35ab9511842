#include "traces/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "traces/little_endian.h"

namespace alloclab {
namespace {

bool IsKeyByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

// The number in the value of `key`, 0 when there is none.
std::uint64_t NumberOf(const std::string& name, const Metadata& metadata, const std::string& key) {
  const std::string value = FindMetadata(metadata, key);
  if (value.empty()) return 0;
  std::uint64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || stop != end) {
    throw TraceError(
        fmt::format("{}: metadata \"{}\" is \"{}\", which is no whole number below 2^64; "
                    "correct it or leave it out",
                    name, key, value));
  }
  return number;
}

std::array<unsigned char, 16> UuidOf(const std::string& name, const Metadata& metadata) {
  std::array<unsigned char, 16> uuid{};
  const std::string value = FindMetadata(metadata, "uuid");
  if (value.empty()) return uuid;
  std::string digits = value;
  std::erase(digits, '-');
  bool good = digits.size() == 2 * uuid.size();
  for (std::size_t i = 0; good && i < uuid.size(); ++i) {
    const char* begin = digits.data() + 2 * i;
    good = std::from_chars(begin, begin + 2, uuid[i], 16).ptr == begin + 2;
  }
  if (!good) {
    throw TraceError(
        fmt::format("{}: metadata \"uuid\" is \"{}\", which is not 32 hexadecimal digits; "
                    "correct it or leave it out",
                    name, value));
  }
  return uuid;
}

}  // namespace

std::string FindMetadata(const Metadata& metadata, const std::string& key) {
  for (const auto& [name, value] : metadata) {
    if (name == key) return value;
  }
  return "";
}

bool IsMetadataKey(std::string_view key) {
  return !key.empty() && key.size() <= kMetadataKeyMaxBytes &&
         std::all_of(key.begin(), key.end(), IsKeyByte);
}

std::string EncodeMetadata(const std::string& name, const Metadata& metadata) {
  std::string bytes;
  for (const auto& [key, value] : metadata) {
    if (!IsMetadataKey(key)) {
      throw TraceError(
          fmt::format("{}: \"{}\" is no metadata key; use 1 to {} letters, digits, '_', "
                      "'-' and '.'",
                      name, key, kMetadataKeyMaxBytes));
    }
    if (value.size() > kMetadataMaxBytes - std::min(kMetadataMaxBytes, bytes.size()) ||
        bytes.size() + kMetadataLengthBytes + key.size() + value.size() > kMetadataMaxBytes) {
      throw TraceError(fmt::format("{}: metadata up to \"{}\" takes more than {} bytes; shorten it",
                                   name, key, kMetadataMaxBytes));
    }
    AppendLittleEndian(bytes, static_cast<std::uint16_t>(key.size()));
    AppendLittleEndian(bytes, static_cast<std::uint32_t>(value.size()));
    bytes += key;
    bytes += value;
  }
  return bytes;
}

std::size_t MetadataRoom(const Metadata& metadata) {
  std::size_t used = 0;
  for (const auto& [key, value] : metadata)
    used += kMetadataLengthBytes + key.size() + value.size();
  return kMetadataMaxBytes - std::min(used, kMetadataMaxBytes);
}

Metadata DecodeMetadata(const std::string& name, std::uint64_t offset, std::string_view bytes) {
  Metadata metadata;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::uint64_t at = offset + (bytes.size() - rest.size());
    std::size_t key_bytes = 0;
    std::size_t value_bytes = 0;
    bool good = rest.size() >= kMetadataLengthBytes;
    if (good) {
      key_bytes = LoadLittleEndian<std::uint16_t>(rest.data());
      value_bytes = LoadLittleEndian<std::uint32_t>(rest.data() + sizeof(std::uint16_t));
      rest.remove_prefix(kMetadataLengthBytes);
      good = key_bytes <= rest.size() && value_bytes <= rest.size() - key_bytes &&
             IsMetadataKey(rest.substr(0, key_bytes));
    }
    if (!good) {
      throw TraceError(fmt::format(
          "{}: malformed metadata at byte {}; record or convert the trace again", name, at));
    }
    metadata.emplace_back(rest.substr(0, key_bytes), rest.substr(key_bytes, value_bytes));
    rest.remove_prefix(key_bytes + value_bytes);
  }
  return metadata;
}

HeaderFacts FactsFromMetadata(const std::string& name, const Metadata& metadata) {
  HeaderFacts facts;
  facts.clock_hz = NumberOf(name, metadata, "clock_hz");
  facts.wall_time_ns = NumberOf(name, metadata, "wall_time_ns");
  facts.uuid = UuidOf(name, metadata);
  return facts;
}

}  // namespace alloclab
