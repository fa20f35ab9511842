#include "traces/replay/memory_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

void WriteAll(int descriptor, std::span<const std::byte> data) {
  while (!data.empty()) {
    const ssize_t written = write(descriptor, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const std::string why = std::strerror(errno);
      close(descriptor);
      throw TraceError("cannot write the replay program to a memory file: " + why +
                       ". It needs 16 bytes an operation; free memory or use a shorter trace.");
    }
    data = data.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

int WriteMemoryFile(std::span<const std::span<const std::byte>> parts) {
  const int descriptor = memfd_create("alloclab-program", 0);
  if (descriptor < 0) {
    throw TraceError(std::string("cannot make a memory file for the replay program: ") +
                     std::strerror(errno));
  }
  for (const std::span<const std::byte> part : parts) WriteAll(descriptor, part);
  return descriptor;
}

std::span<const std::byte> MapWholeFile(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || status.st_size <= 0) return {};
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* mapped = mmap(nullptr, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  if (mapped == MAP_FAILED) return {};
  return {static_cast<const std::byte*>(mapped), bytes};
}

}  // namespace alloclab
