#include "traces/spool.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

}  // namespace

Spool::Spool() {
  std::error_code error;
  folder_ = std::filesystem::temp_directory_path(error).string();
  if (error) {
    folder_ = "TMPDIR";
    Fail("make", error.value());
  }
  std::string path = folder_ + "/alloclab.XXXXXX";
  descriptor_ = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor_ < 0) Fail("make", errno);
  unlink(path.c_str());
}

Spool::~Spool() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Spool::Fail(const char* what, int error) const {
  throw TraceError(
      fmt::format("{}: cannot {} a temporary file: {}; let TMPDIR name a folder with room", folder_,
                  what, std::strerror(error)));
}

void Spool::Write(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() >= kBufferBytes) Flush();
}

void Spool::WriteAll(ByteSource& source) {
  while (!source.Peek(1).empty()) {
    const std::string_view ahead = source.Ahead();
    Write(ahead);
    source.Skip(ahead.size());
  }
}

void Spool::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Fail("write", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

std::size_t Spool::Read(std::uint64_t offset, char* into, std::size_t count) {
  Flush();
  for (;;) {
    const ssize_t got = pread(descriptor_, into, count, static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) Fail("read", errno);
  }
}

std::unique_ptr<ByteSource> ReadSpool(const std::string& name, std::shared_ptr<Spool> spool) {
  return ByteSource::FromStream(name, [spool = std::move(spool), offset = std::uint64_t{0}](
                                          char* into, std::size_t count) mutable {
    const std::size_t got = spool->Read(offset, into, count);
    offset += got;
    return got;
  });
}

}  // namespace alloclab
