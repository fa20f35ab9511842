#include "bench/worker/memory_limit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "traces/replay/resident.h"

namespace alloclab {

void LimitMemory(std::uint64_t bytes) {
  if (bytes == 0) return;
  const int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const std::uint64_t limit = ProcBytes(status, "VmData:") + bytes;
  close(status);
  const rlimit data = {limit, limit};
  setrlimit(RLIMIT_DATA, &data);
}

}  // namespace alloclab
