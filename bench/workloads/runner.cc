// The runner: one workload, once, with some threads, in a process of its own and on whatever malloc
// is there.
//
// Between the start and the end of the measurement it makes no call of malloc but those of the
// workload (and what starting a thread takes, where the workload is about that): its books are
// mapped and in memory before. It is always compiled as worker.bzl says, whatever the build.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <new>

#include "bench/worker/memory_limit.h"
#include "bench/worker/takeover.h"
#include "bench/worker/timed_stretch.h"
#include "bench/workloads/run_request.h"
#include "bench/workloads/team.h"
#include "bench/workloads/workload.h"
#include "traces/replay/resident.h"

namespace alloclab::workloads {
namespace {

constexpr int kMisuse = 2;

// Zeroed memory that is already there. Null when there is none.
template <class T>
T* MapArray(std::size_t count) {
  void* mapped = mmap(nullptr, count * sizeof(T) + 1, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<T*>(mapped);
}

// Null when it is no file of that size: beyond the end of one that is shorter there is no memory.
RunReport* MapReport(int descriptor) {
  struct stat file;
  if (fstat(descriptor, &file) != 0 || file.st_size != sizeof(RunReport)) return nullptr;
  void* mapped = mmap(nullptr, sizeof(RunReport), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                      descriptor, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<RunReport*>(mapped);
}

// What the system counts by itself: the most that was resident since it was last told to forget.
// Exact to some pages a thread, for it counts in batches.
class ResidentPeak {
 public:
  ResidentPeak() : status_(open("/proc/self/status", O_RDONLY | O_CLOEXEC)) {
    const int forget = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    forgot_ = forget >= 0 && write(forget, "5", 1) == 1;
    close(forget);
    before_ = ProcBytes(status_, "VmRSS:");
  }
  // Else its peak may be one of before.
  bool forgot() const { return forgot_; }
  std::uint64_t Bytes() const {
    const std::uint64_t peak = ProcBytes(status_, "VmHWM:");
    return peak - std::min(peak, before_);
  }

 private:
  const int status_;
  bool forgot_;
  std::uint64_t before_;
};

// The members' first blocks that lie on a line with another member's.
std::uint64_t BlocksSharingALine(const Stage& stage) {
  const auto line = [&stage](std::uint32_t i) {
    return reinterpret_cast<std::uintptr_t>(stage.members[i].first()) / kLineBytes;
  };
  std::uint64_t sharing = 0;
  for (std::uint32_t i = 0; i < stage.threads; ++i) {
    bool shares = false;
    for (std::uint32_t j = 0; j < stage.threads; ++j) {
      shares = shares || (i != j && line(i) != 0 && line(i) == line(j));
    }
    sharing += shares;
  }
  return sharing;
}

struct Work {
  std::uint64_t operations = 0;
  std::uint64_t bytes_requested = 0;
};

Work WorkOf(const Stage& stage) {
  Work work;
  for (std::uint32_t i = 0; i < stage.threads; ++i) {
    work.operations += stage.members[i].operations();
    work.bytes_requested += stage.members[i].bytes_requested();
  }
  return work;
}

void Measure(Stage& stage, const Workload& workload, Team& team) {
  RunReport& report = *stage.report;
  if (workload.prepare != nullptr) workload.prepare(stage);
  const Work prepared = WorkOf(stage);
  const ResidentPeak peak;
  if (!peak.forgot()) {
    EndFor(stage,
           "the peak of resident memory cannot be measured: /proc/self/clear_refs takes no 5");
  }
  Time(report, [&team] { team.Run(); });
  report.resident_bytes_peak = peak.Bytes();
  const Work work = WorkOf(stage);
  report.operations = work.operations - prepared.operations;
  report.bytes_requested = work.bytes_requested - prepared.bytes_requested;
  if (workload.shares_lines) report.blocks_sharing_a_line = BlocksSharingALine(stage);
  report.succeeded = 1;
}

void Run(const RunRequest& request, RunReport& report) {
  const auto refuse = [&report](const char* reason) {
    std::snprintf(report.reason, sizeof(report.reason), "%s", reason);
  };
  const Workload* workload = FindWorkload(request.workload);
  if (workload == nullptr) return refuse("the runner knows no workload of this name");
  if (!request.library.empty() &&
      !MallocComesFrom(request.library.data(), report.reason, sizeof(report.reason))) {
    return;
  }
  const std::size_t threads = request.threads;
  const std::size_t blocks = workload->blocks_per_thread;
  auto* members = MapArray<Member>(threads);
  Block* memory = MapArray<Block>(threads * (blocks + Ring::kBlocks));
  if (members == nullptr || memory == nullptr) {
    return refuse("there is no memory for the runner's own books");
  }
  Stage stage;
  stage.report = &report;
  stage.members = members;
  stage.threads = request.threads;
  stage.work_percent = request.work_percent;
  stage.memory_limit_bytes = request.memory_limit_bytes;
  for (std::uint32_t i = 0; i < request.threads; ++i) {
    Block* const own = memory + i * (blocks + Ring::kBlocks);
    new (&members[i]) Member(stage, i, request.seed, own);
    members[i].inbox().UseMemory(own + blocks);
  }
  Team team(stage, workload->run);
  // There is no limit on memory yet that could be the cause.
  if (const int error = team.Start()) {
    return WhyNoThread(error, 0, report.reason, sizeof(report.reason));
  }
  LimitMemory(request.memory_limit_bytes);
  Measure(stage, *workload, team);
}

}  // namespace
}  // namespace alloclab::workloads

int main(int argc, char** argv) {
  using namespace alloclab::workloads;
  RunRequest request;
  if (const char* wrong = ParseRunnerArguments(argc - 1, argv + 1, request)) {
    std::fprintf(stderr, "runner: %s\n", wrong);
    return kMisuse;
  }
  RunReport* report = MapReport(request.report_fd);
  if (report == nullptr) {
    std::fprintf(stderr, "runner: --report-fd must be a file of %zu bytes\n", sizeof(RunReport));
    return kMisuse;
  }
  Run(request, *report);
  // Not through exit: the destructors of a library under test are not part of what was asked.
  std::fflush(nullptr);
  _exit(0);
}
