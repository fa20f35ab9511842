// Android's recordings of an app's calls: what `malloc_debug` writes with record_allocs, and what
// AOSP's memory_replay (system/extras) runs. One call a line, in the order in which they returned:
//
//     tid: malloc      pointer size               [start_ns end_ns]
//     tid: calloc      pointer count size         [start_ns end_ns]
//     tid: realloc     pointer old_pointer size   [start_ns end_ns]
//     tid: memalign    pointer alignment size     [start_ns end_ns]
//     tid: free        pointer                    [start_ns end_ns]
//     tid: thread_done 0x0                        [end_ns]
//
// Pointers are 0x and hexadecimal digits, everything else is decimal; pointer 0x0 is NULL. memalign
// stands for every call with an alignment: Android writes them all like that.
//
// Kept: all of it but the starts. The time of an event is the end of its call, which is what the
// lines are ordered by, and is counted from the nanosecond before the start of the first line that
// has times: so none of them is 0, which means no time, and their differences are exact. An end
// before that start, which no recorder writes, becomes 1. The trace has a clock when a line has
// times.

#ifndef ALLOCLAB_TRACES_IMPORT_ANDROID_H_
#define ALLOCLAB_TRACES_IMPORT_ANDROID_H_

#include "traces/import/importer.h"

namespace alloclab {

extern const ImportFormat kAndroidFormat;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_ANDROID_H_
