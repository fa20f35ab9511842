#include "traces/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

[[noreturn]] void RefuseToOpen(const std::string& path, std::string_view what, int error) {
  std::string mend = "check the name";
  if (error == EACCES) mend = "ask its owner for permission to read it";
  if (error == EISDIR) mend = fmt::format("name a {} file inside it", what);
  throw TraceError(
      fmt::format("{}: cannot open the {}: {}; {}", path, what, std::strerror(error), mend));
}

}  // namespace

std::unique_ptr<ByteSource> ByteSource::Open(const std::string& path, std::string_view what) {
  if (path == "-") {
    return std::unique_ptr<ByteSource>(
        new ByteSource("standard input", STDIN_FILENO, std::nullopt));
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) RefuseToOpen(path, what, errno);
  std::unique_ptr<ByteSource> source;
  struct stat status{};
  const bool known = fstat(descriptor, &status) == 0;
  std::optional<std::uint64_t> total;
  if (known && S_ISREG(status.st_mode)) total = static_cast<std::uint64_t>(status.st_size);
  source.reset(new ByteSource(path, descriptor, total));
  if (known && S_ISDIR(status.st_mode)) RefuseToOpen(path, what, EISDIR);
  return source;
}

std::unique_ptr<ByteSource> ByteSource::FromBytes(const std::string& name, std::string_view bytes) {
  std::unique_ptr<ByteSource> source(new ByteSource(name, -1, bytes.size()));
  source->memory_ = source->ahead_ = bytes;
  return source;
}

std::unique_ptr<ByteSource> ByteSource::FromStream(const std::string& name, Stream stream) {
  std::unique_ptr<ByteSource> source(new ByteSource(name, -1, std::nullopt));
  source->stream_ = std::move(stream);
  return source;
}

ByteSource::~ByteSource() {
  if (descriptor_ > STDIN_FILENO) close(descriptor_);
}

bool ByteSource::SurelyEndsWithin(std::uint64_t bytes) const {
  return total_.has_value() && (offset_ > *total_ || *total_ - offset_ < bytes);
}

void ByteSource::Fill() {
  if (descriptor_ < 0 && !stream_) return;
  buffer_.resize(kBufferBytes);
  // Forwards, because source and target may overlap.
  std::copy(ahead_.begin(), ahead_.end(), buffer_.begin());
  const std::size_t kept = ahead_.size();
  if (stream_) {
    const std::size_t made = stream_(buffer_.data() + kept, buffer_.size() - kept);
    ahead_ = std::string_view(buffer_.data(), kept + made);
    return;
  }
  ssize_t got = 0;
  do {
    got = read(descriptor_, buffer_.data() + kept, buffer_.size() - kept);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    throw TraceError(fmt::format("{}: cannot read at byte {}: {}; check the disk and try again",
                                 name_, offset_ + kept, std::strerror(errno)));
  }
  ahead_ = std::string_view(buffer_.data(), kept + static_cast<std::size_t>(got));
}

std::string_view ByteSource::Peek(std::size_t count) {
  while (ahead_.size() < count) {
    const std::size_t before = ahead_.size();
    Fill();
    if (ahead_.size() == before) break;
  }
  return ahead_.substr(0, count);
}

void ByteSource::Take(std::size_t count) {
  ahead_.remove_prefix(count);
  offset_ += count;
}

std::size_t ByteSource::Read(char* into, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    if (Peek(1).empty()) break;
    const std::size_t step = std::min(count - done, ahead_.size());
    std::memcpy(into + done, ahead_.data(), step);
    Take(step);
    done += step;
  }
  return done;
}

void ByteSource::MoveTo(std::uint64_t offset) {
  offset = std::min(offset, bytes_total());
  if (offset >= offset_ && offset - offset_ <= ahead_.size()) {
    ahead_.remove_prefix(static_cast<std::size_t>(offset - offset_));
  } else if (descriptor_ < 0) {
    ahead_ = memory_.substr(static_cast<std::size_t>(offset));
  } else {
    if (lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) {
      throw TraceError(fmt::format("{}: cannot go to byte {}: {}; check the disk and try again",
                                   name_, offset, std::strerror(errno)));
    }
    ahead_ = {};
  }
  offset_ = offset;
}

std::uint64_t ByteSource::Skip(std::uint64_t count) {
  // Reading on is cheaper than a jump over less than a buffer.
  if (CanBeOpenedAgain() && count > ahead_.size() + kBufferBytes) {
    const std::uint64_t before = offset_;
    MoveTo(count > UINT64_MAX - offset_ ? UINT64_MAX : offset_ + count);
    return offset_ - before;
  }
  std::uint64_t done = 0;
  while (done < count && !Peek(1).empty()) {
    const std::size_t step =
        static_cast<std::size_t>(std::min<std::uint64_t>(count - done, ahead_.size()));
    Take(step);
    done += step;
  }
  return done;
}

}  // namespace alloclab
