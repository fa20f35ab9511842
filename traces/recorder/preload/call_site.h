// Where a call of the allocator comes from: the return addresses on the stack, for recordings with
// call sites.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_CALL_SITE_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_CALL_SITE_H_

#include <cstdint>

#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

// Frames to record of each call site; 0: none are. Constant once recording has started.
extern std::uint32_t site_depth;

// Sets it to what this run asks for. After BeginRun.
void StartCallSites();

// Appends the call site of the function of this library that was called from outside, and the
// record of its call: next to each other, whatever a signal handler may append in between.
void AppendWithCallSite(RecordKind kind, const void* block, std::uint64_t bytes,
                        std::uint64_t extra);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_CALL_SITE_H_
