// Where a call of the allocator comes from: the return addresses on the stack, for recordings with
// call sites. Most code keeps no frame pointers, so the stack is unwound with the tables that
// exceptions use, by libunwind, which remembers what it learned of each address.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_CALL_SITE_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_CALL_SITE_H_

#include <cstdint>

#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

// Frames to record of each call site; 0: none are. Set by StartCallSites, constant afterwards.
extern std::uint32_t site_depth;

// Loads the unwinder, when this run records call sites. To be called once, by the constructor of
// the library: the dynamic linker cannot load anything while it is itself at work. Calls made
// before it have no call site.
//
// What loading allocates, and the thread-local memory of the unwinder, are in the trace like the
// program's own: the dynamic linker, which asks for them, may free them on behalf of the program.
void StartCallSites();

// Appends the call site of the function of this library that was called from outside. To be called
// between the allocator's call and the record of it.
void AppendCallSite();

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_CALL_SITE_H_
