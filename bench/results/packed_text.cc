#include "bench/results/packed_text.h"

#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace alloclab::results {
namespace {

constexpr int kLevel = 19;  // a second for a whole corpus, once
constexpr unsigned long long kMostBytes = 1ULL << 30;

constexpr const char* kIsThere =
    ": is there already, and results are never overwritten; save into another folder";

std::string Packed(const std::string& path, std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), kLevel);
  if (ZSTD_isError(size) != 0) {
    throw ResultsError(path + ": cannot be packed: " + ZSTD_getErrorName(size));
  }
  packed.resize(size);
  return packed;
}

std::string Unpacked(const std::string& path, const std::string& packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kMostBytes) {
    throw ResultsError(path + ": is not what alloclab packed; restore it, e.g. with git checkout");
  }
  std::string text(size, '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != text.size()) {
    throw ResultsError(path + ": is damaged; restore it, e.g. with git checkout");
  }
  return text;
}

[[noreturn]] void RefuseToWrite(const std::string& path, const std::string& temporary) {
  const int error = errno;
  std::remove(temporary.c_str());
  if (error == EEXIST) throw ResultsError(path + kIsThere);
  throw ResultsError(path + ": cannot be written: " + std::strerror(error) +
                     "; check that the folder exists, is writable, has space and, for files that "
                     "take nobody's place, hard links");
}

}  // namespace

void WriteNewText(const std::string& path, std::string_view text) {
  const std::string bytes = path.ends_with(kPackedEnding) ? Packed(path, text) : std::string(text);
  const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  // Unlike a renamed file, a linked one takes nobody's place.
  if (!file || link(temporary.c_str(), path.c_str()) != 0) RefuseToWrite(path, temporary);
  std::remove(temporary.c_str());
}

void CheckWritable(const std::string& folder) {
  const std::string probe = folder + "/." + std::to_string(getpid()) + ".probe";
  WriteNewText(probe, "room?");
  std::remove(probe.c_str());
}

void RefuseExisting(const std::string& path) {
  if (std::filesystem::exists(path)) throw ResultsError(path + kIsThere);
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    throw ResultsError(path + ": cannot be read; check that it is there and readable");
  }
  return path.ends_with(kPackedEnding) ? Unpacked(path, bytes) : bytes;
}

}  // namespace alloclab::results
