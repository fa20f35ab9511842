#include "traces/recorder/raw_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "traces/recorder/clock.h"
#include "traces/trace_io.h"

namespace alloclab::recorder {
namespace {

[[noreturn]] void Refuse(const std::string& path) {
  throw TraceError(fmt::format("{}: cannot keep the raw recording there: {}; name another folder",
                               path, std::strerror(errno)));
}

std::uint64_t AvailableMemoryBytes() {
  std::ifstream facts("/proc/meminfo");
  std::string name;
  std::uint64_t kibibytes = 0;
  std::string unit;
  while (facts >> name >> kibibytes) {
    if (name == "MemAvailable:") return kibibytes * 1024;
    std::getline(facts, unit);
  }
  return 0;
}

std::uint64_t LimitBytes(const std::string& path) {
  struct statfs facts;
  if (statfs(path.c_str(), &facts) != 0) Refuse(path);
  const std::uint64_t free_bytes =
      static_cast<std::uint64_t>(facts.f_bavail) * static_cast<std::uint64_t>(facts.f_bsize);
  const std::uint64_t limit = free_bytes / 10 * 9;
  const bool in_memory = facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC;
  return in_memory ? std::min(limit, AvailableMemoryBytes() / 2) : limit;
}

}  // namespace

RawFolder::RawFolder(const std::string& path, std::uint64_t max_bytes, bool exact_stamps,
                     std::uint32_t site_depth)
    : path_(path) {
  if (mkdir(path_.c_str(), 0700) != 0) Refuse(path_);
  try {
    MakeRunFile(max_bytes, exact_stamps, site_depth);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    throw;
  }
}

void RawFolder::MakeRunFile(std::uint64_t max_bytes, bool exact_stamps, std::uint32_t site_depth) {
  const std::string run_path = path_ + "/run";
  const int file = open(run_path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) Refuse(run_path);
  const bool grown = ftruncate(file, sizeof(RunHeader)) == 0;
  void* memory = grown
                     ? mmap(nullptr, sizeof(RunHeader), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                     : MAP_FAILED;
  close(file);
  if (memory == MAP_FAILED) Refuse(run_path);
  run_ = static_cast<RunHeader*>(memory);
  run_->clock_base = ReadClock();
  run_->limit_bytes = std::min(LimitBytes(path_), max_bytes);
  run_->exact_stamps = exact_stamps ? 1 : 0;
  run_->site_depth = site_depth;
  run_->magic = kRunMagic;
}

RawFolder::~RawFolder() {
  munmap(run_, sizeof(RunHeader));
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) {
    fmt::print(stderr, "{}: cannot remove the raw recording: {}; remove it by hand\n", path_,
               error.message());
  }
}

std::uint32_t RawFolder::images_lost() const {
  return run_->images_lost.load(std::memory_order_relaxed);
}

}  // namespace alloclab::recorder
