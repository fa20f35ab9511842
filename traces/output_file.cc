#include "traces/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

[[noreturn]] void RefuseToCreate(const std::string& path, int error) {
  const char* mend = "name a file in a folder that can be written";
  if (error == ENOENT) mend = "make its folder first";
  if (error == EISDIR) mend = "name a file inside it";
  throw TraceError(
      fmt::format("{}: cannot be created: {}; {}", path, std::strerror(error), mend));
}

// Makes a new file beside `target` and returns its descriptor. The process id tells writers of
// different processes apart, the counter those of one.
int OpenTemporary(const std::string& path, const std::string& target, std::string& temporary) {
  for (unsigned attempt = 0;; ++attempt) {
    temporary = fmt::format("{}.{}.{}.tmp", target, getpid(), attempt);
    const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return descriptor;
    if (errno != EEXIST) RefuseToCreate(path, errno);
  }
}

}  // namespace

OutputFile::OutputFile(const std::string& path) : name_(path) {
  if (path == "-") {
    name_ = "standard output";
    descriptor_ = STDOUT_FILENO;
    return;
  }
  struct stat status{};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) RefuseToCreate(path, EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {
    descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) RefuseToCreate(path, errno);
    return;
  }
  std::error_code error;
  target_ = exists ? std::filesystem::canonical(path, error).string() : path;
  if (error) RefuseToCreate(path, error.value());
  descriptor_ = OpenTemporary(path, target_, temporary_);
}

OutputFile::~OutputFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::RefuseToWrite(int error) const {
  throw TraceError(
      fmt::format("{}: cannot write at byte {}: {}; {}", name_, bytes_, std::strerror(error),
                  error == ENOSPC || error == EDQUOT ? "make room on the disk" : "check the disk"));
}

void OutputFile::Write(std::string_view bytes) {
  buffer_.append(bytes);
  bytes_ += bytes.size();
  if (buffer_.size() >= kBufferBytes) Flush();
}

void OutputFile::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) RefuseToWrite(errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void OutputFile::Commit() {
  Flush();
  if (descriptor_ <= STDERR_FILENO) return;
  const int descriptor = descriptor_;
  descriptor_ = -1;
  // A network file system may report a full disk only here.
  if (close(descriptor) != 0) RefuseToWrite(errno);
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) RefuseToWrite(errno);
  temporary_.clear();
}

}  // namespace alloclab
