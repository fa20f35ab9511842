#include "traces/recorder/preload/call_site.h"

#include <algorithm>
#include <cerrno>

#include "traces/recorder/preload/image_file.h"
#include "traces/recorder/preload/stack_walk.h"
#include "traces/recorder/preload/thread_log.h"

// Set by the linker: where this library begins and its code ends.
extern "C" const char __ehdr_start __attribute__((visibility("hidden")));
extern "C" const char etext __attribute__((visibility("hidden")));

namespace alloclab::recorder {

std::uint32_t site_depth = 0;

namespace {

// Frames of this library above the caller's: the interposed function, which calls itself when it
// falls back on another (reallocarray), and what appends.
constexpr std::size_t kOwnFramesMax = 4;

bool IsOwnCode(const void* address) { return address >= &__ehdr_start && address < &etext; }

// Its stamp is older than that of any record that names the code.
void TellNewCode(const Code& code) {
  const Quietly quietly;
  if (OpenFiles()) AppendModule(StampNow(thread_log), code);
}

}  // namespace

void StartCallSites() {
  const std::uint32_t depth = RunSiteDepth();
  if (depth == 0) return;
  if (!CanWalkStacks()) {
    Say("alloclab record: stacks cannot be walked here (that takes x86-64 and glibc 2.35), so "
        "there "
        "are no call sites\n");
    return;
  }
  site_depth = std::min(depth, kSiteDepthMax);
}

__attribute__((noinline)) void AppendWithCallSite(RecordKind kind, const void* block,
                                                  std::uint64_t bytes, std::uint64_t extra) {
  void* frames[kSiteDepthMax + kOwnFramesMax];
  const int error = errno;
  const std::size_t count = WalkStack(frames, site_depth + kOwnFramesMax, TellNewCode);
  errno = error;
  void** first = frames;
  while (first < frames + count && IsOwnCode(*first)) ++first;
  const auto outside = static_cast<std::uint32_t>(frames + count - first);
  AppendSiteAndLong({first, std::min(outside, site_depth)}, kind, block, bytes, extra);
}

}  // namespace alloclab::recorder
