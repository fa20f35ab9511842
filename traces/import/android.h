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
// Pointers are 0x and hexadecimal digits, everything else is decimal; pointer 0x0 is NULL. Kept:
// all of it but the times, for which an event has no place. memalign stands for every call with an
// alignment: Android writes them all like that.

#ifndef ALLOCLAB_TRACES_IMPORT_ANDROID_H_
#define ALLOCLAB_TRACES_IMPORT_ANDROID_H_

#include "traces/import/importer.h"

namespace alloclab {

extern const ImportFormat kAndroidFormat;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_ANDROID_H_
