#include "traces/recorder/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "traces/trace_io.h"

namespace alloclab::recorder {
namespace {

[[noreturn]] void Refuse(const std::string& path, const char* step) {
  throw TraceError(
      fmt::format("{}: cannot {} this raw recording: {}", path, step, std::strerror(errno)));
}

}  // namespace

MappedFile::MappedFile(const std::string& path, std::size_t bytes_max) : path_(path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) Refuse(path, "open");
  struct stat facts;
  if (fstat(file, &facts) != 0) {
    close(file);
    Refuse(path, "examine");
  }
  const std::size_t bytes = std::min(static_cast<std::size_t>(facts.st_size), bytes_max);
  void* memory = nullptr;
  if (bytes > 0) memory = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) Refuse(path, "map");
  bytes_ = {static_cast<const std::byte*>(memory), bytes};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace alloclab::recorder
