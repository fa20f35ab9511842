#include "bench/record/provenance.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <xxhash.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "bench/process/command_output.h"
#include "bench/process/compare_error.h"

namespace alloclab {
namespace {

constexpr const char* kUnknown = "unknown";

std::string CpuModel() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return kUnknown;
}

// The chosen word of "always [madvise] never".
std::string TransparentHugePages() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string line;
  std::getline(file, line);
  const std::size_t open = line.find('[');
  const std::size_t close = line.find(']');
  if (open == std::string::npos || close == std::string::npos) return kUnknown;
  return line.substr(open + 1, close - open - 1);
}

std::string Kernel() {
  utsname name;
  return uname(&name) == 0 ? fmt::format("{} {}", name.sysname, name.release) : kUnknown;
}

std::string Compiler() {
#ifdef __clang__
  return __VERSION__;
#else
  return fmt::format("GCC {}", __VERSION__);
#endif
}

// Records that were kept and are not committed yet are no change of what is measured: the second of
// a run would be dirty by the first.
bool IsDirty(const std::string& source_folder) {
  return !CommandOutput({"git", "-C", source_folder, "status", "--porcelain", "--", ".",
                         ":(exclude)bench/results"})
              .empty();
}

}  // namespace

nlohmann::ordered_json Provenance(const std::string& source_folder) {
  const std::string commit = CommandOutput({"git", "-C", source_folder, "rev-parse", "HEAD"});
  const bool dirty = !commit.empty() && IsDirty(source_folder);
  return {
      {"commit", commit},
      {"dirty", dirty},
      {"compiler", Compiler()},
      {"flags", ALLOCLAB_WORKER_FLAGS},
      {"cpu", CpuModel()},
      {"cores", std::thread::hardware_concurrency()},
      {"kernel", Kernel()},
      {"thp", TransparentHugePages()},
      {"time_utc", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
  };
}

std::string PackageVersion(const std::string& path) {
  std::error_code error;
  const std::string real = std::filesystem::canonical(path, error);
  if (error) return "";
  // "libjemalloc2:amd64: /usr/lib/..."
  const std::string owner = CommandOutput({"dpkg", "-S", real});
  const std::size_t end = owner.find(": ");
  if (end == std::string::npos) return "";
  return CommandOutput({"dpkg-query", "-W", "-f=${Version}", owner.substr(0, end)});
}

std::string HashFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  XXH3_state_t* state = XXH3_createState();
  XXH3_64bits_reset(state);
  std::vector<char> buffer(std::size_t{1} << 16);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
         file.gcount() > 0) {
    XXH3_64bits_update(state, buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  const bool whole = file.eof();
  const std::string hash = fmt::format("{:016x}", XXH3_64bits_digest(state));
  XXH3_freeState(state);
  if (!whole) throw CompareError(path + ": cannot be read. Check that it is there and readable.");
  return hash;
}

}  // namespace alloclab
