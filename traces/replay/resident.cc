#include "traces/replay/resident.h"

#include <fcntl.h>
#include <unistd.h>

namespace alloclab {

ResidentProbe::ResidentProbe()
    : descriptor_(open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC)) {}

ResidentProbe::~ResidentProbe() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::uint64_t ResidentProbe::Bytes() const noexcept {
  return works() ? ProcBytes(descriptor_, "Anonymous:") : 0;
}

std::uint64_t ProcBytes(int descriptor, std::string_view key) noexcept {
  char buffer[4096];
  const ssize_t length = pread(descriptor, buffer, sizeof(buffer), 0);
  if (length <= 0) return 0;
  const std::string_view text(buffer, static_cast<std::size_t>(length));
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  std::uint64_t kilobytes = 0;
  for (at += key.size(); at < text.size() && text[at] != '\n'; ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9') kilobytes = kilobytes * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return kilobytes * 1024;
}

}  // namespace alloclab
