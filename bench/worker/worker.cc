// The worker: one pass of one program on one allocator, in a process of its own.
//
// Between start and end of a measurement it makes no call but those of the program: the program,
// the slots and the report are mapped and in memory before, and whatever C++ needs comes from
// private_new.cc. So the heap of `system`, or of a library under LD_PRELOAD, holds the program's
// blocks and nothing else. The worker is always compiled as worker.bzl says, whatever the build.

#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "allocator/variants.h"
#include "bench/worker/counted_replay.h"
#include "bench/worker/memory_limit.h"
#include "bench/worker/place_mappings.h"
#include "bench/worker/run.h"
#include "bench/worker/takeover.h"
#include "bench/worker/threads.h"
#include "traces/replay/floor.h"
#include "traces/replay/placement_plan.h"
#include "traces/replay/resident.h"

namespace alloclab {
namespace {

constexpr int kMisuse = 2;

// Zeroed memory that is already there. Null when there is none.
template <class T>
T* MapArray(std::uint64_t count) {
  const std::uint64_t bytes = count * sizeof(T) + 1;
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<T*>(mapped);
}

WorkerReport* MapReport(int descriptor) {
  void* mapped = mmap(nullptr, sizeof(WorkerReport), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_POPULATE, descriptor, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<WorkerReport*>(mapped);
}

void Refuse(WorkerReport& report, const char* reason) {
  std::snprintf(report.reason, sizeof(report.reason), "%s", reason);
}

// The floor, first without touching: its plan and its memory are made, and the memory is touched,
// before the clock starts.
void RunFloor(const WorkerSetup& setup) {
  const Ops ops(setup.image.begin(), setup.image.end());
  const PlacementPlan plan =
      PlanPlacement(ops, static_cast<std::uint32_t>(setup.image.header().slots));
  if (setup.request.memory_limit_bytes != 0 && plan.bytes > setup.request.memory_limit_bytes) {
    return Refuse(setup.report, "the floor would need more memory than the limit allows");
  }
  std::byte* memory = MapArray<std::byte>(plan.bytes + plan.alignment);
  if (memory == nullptr) return Refuse(setup.report, "there is no memory for the floor");
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t aligned = (address + plan.alignment - 1) & ~(plan.alignment - 1);
  Floor floor(plan, memory + (aligned - address));
  if (setup.request.pass == WorkerPass::kCount) {
    return VisitTouch(setup.request.touch, [&]<Touch kTouch> { RunCounted<kTouch>(floor, setup); });
  }
  RunTimed<Touch::kNone>(floor, setup);
  setup.report.loop_ns_per_op =
      static_cast<double>(setup.report.cpu_ns) / static_cast<double>(setup.report.operations);
  VisitTouch(setup.request.touch, [&]<Touch kTouch> { RunTimed<kTouch>(floor, setup); });
}

// What the checker's books may take beside what the allocator may hold: a node of the map for each
// live block, rounded up to a power of two, in chunks that double.
std::uint64_t LimitWithBooks(const WorkerSetup& setup) {
  constexpr std::uint64_t kBooksBytes = std::uint64_t{16} << 20;
  constexpr std::uint64_t kBookBytesOfBlock = 512;
  const std::uint64_t limit = setup.request.memory_limit_bytes;
  if (setup.request.pass != WorkerPass::kChecked || limit == 0) return limit;
  return limit + kBooksBytes + kBookBytesOfBlock * setup.image.header().live_blocks_peak;
}

constexpr const char* kNoSlots = "no memory for the slots";
constexpr const char* kUnknown = "the worker knows no allocator of this name";
constexpr const char* kNoResident =
    "resident memory cannot be read here: /proc/self/smaps_rollup is missing or says nothing";

// Whether malloc is the library's that was asked for, if one was.
bool LibraryIsThere(const WorkerRequest& request, WorkerReport& report) {
  return request.library.empty() ||
         MallocComesFrom(request.library.data(), report.reason, sizeof(report.reason));
}

void RunWithThreads(const WorkerRequest& request, WorkerReport& report) {
  ThreadedImage image;
  if (const char* wrong = image.Map(request.program_fd)) return Refuse(report, wrong);
  const TeamMemory memory = {MapArray<void*>(image.slots()),
                             MapArray<ThreadProgress>(image.threads()),
                             MapArray<std::byte>(image.threads() * kMemberBytes)};
  if (memory.slots == nullptr || memory.progress == nullptr || memory.members == nullptr) {
    return Refuse(report, kNoSlots);
  }
  if (!LibraryIsThere(request, report)) return;
  const auto limit = [&] { LimitMemory(request.memory_limit_bytes); };
  if (!Variants::Visit<MmapPages>(request.allocator, [&]<class A> {
        RunThreads<A>(request, image, memory, limit, report);
      })) {
    Refuse(report, kUnknown);
  }
}

void Run(const WorkerRequest& request, WorkerReport& report) {
  if (request.pass == WorkerPass::kTime && request.mode != ReplayMode::kSerial) {
    return RunWithThreads(request, report);
  }
  ProgramImage image;
  if (const char* wrong = image.Map(request.program_fd)) return Refuse(report, wrong);
  void** slots = MapArray<void*>(image.header().slots);
  std::uint64_t* sizes = MapArray<std::uint64_t>(image.header().slots);
  if (slots == nullptr || sizes == nullptr) return Refuse(report, kNoSlots);
  if (!LibraryIsThere(request, report)) return;
  const WorkerSetup setup = {request, image, slots, sizes, report};
  if (request.allocator == "floor") return RunFloor(setup);
  if (request.pass == WorkerPass::kMemory) {
    if (ResidentProbe().Bytes() == 0) return Refuse(report, kNoResident);
    PlaceMappings();
  }
  LimitMemory(LimitWithBooks(setup));
  if (!Variants::Visit<MmapPages>(request.allocator, [&]<class A> { RunVariant<A>(setup); })) {
    Refuse(report, kUnknown);
  }
}

// What a heap holds can depend on where the system puts its mappings: small ones may lie in the
// gaps between libraries, which are others in every process. So the memory pass runs without that
// chance: this program begins again, once, at fixed addresses. Where the system refuses, or there
// is nothing to change, it goes on as it is.
void FixAddresses(char** argv) {
  constexpr unsigned long kAsk = 0xffffffff;
  const int now = personality(kAsk);
  if (now < 0 || (now & ADDR_NO_RANDOMIZE) != 0) return;
  if (personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) < 0) return;
  if ((personality(kAsk) & ADDR_NO_RANDOMIZE) != 0) execv("/proc/self/exe", argv);
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  // A group of its own does not die of Ctrl-C; nothing shall outlive whoever wanted the result.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alloclab::WorkerRequest request;
  if (const char* wrong = alloclab::ParseWorkerArguments(argc - 1, argv + 1, request)) {
    std::fprintf(stderr, "worker: %s\n", wrong);
    return alloclab::kMisuse;
  }
  if (request.pass == alloclab::WorkerPass::kMemory) alloclab::FixAddresses(argv);
  alloclab::WorkerReport* report = alloclab::MapReport(request.report_fd);
  if (report == nullptr) {
    std::fprintf(stderr, "worker: --report-fd must be a file of %zu bytes\n",
                 sizeof(alloclab::WorkerReport));
    return alloclab::kMisuse;
  }
  try {
    const auto run = [&] { alloclab::Run(request, *report); };
    request.pass == alloclab::WorkerPass::kCount ? alloclab::OnStackBoundary(run) : run();
  } catch (const alloclab::TraceError& error) {
    alloclab::Refuse(*report, error.what());
  }
  // Not through exit: the destructors of a library under test are not part of what was asked.
  std::fflush(nullptr);
  _exit(0);
}
