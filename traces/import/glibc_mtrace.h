// The log of the GNU C library's mtrace(3), written to the file that MALLOC_TRACE names. One call a
// line, each with the place it was called from, if that is known:
//
//     = Start
//     [@ place] + pointer size       a block was made
//     [@ place] - pointer            a block is about to be freed
//     [@ place] < old pointer        a realloc succeeded: the old block,
//     [@ place] > pointer size         and, on the next line, the new one
//     [@ place] ! old pointer size   a realloc failed
//     = End
//
// Numbers are as C's %p and %#lx write them: 0x12, 0, (nil). A place ends in "]" and has anything
// before it, blanks included.
//
// mtrace notes neither threads nor kinds of calls: calloc, memalign and their like are mallocs
// here, and realloc(p, 0) is a free. It begins when the program calls it, so that frees of blocks
// made before are usual.

#ifndef ALLOCLAB_TRACES_IMPORT_GLIBC_MTRACE_H_
#define ALLOCLAB_TRACES_IMPORT_GLIBC_MTRACE_H_

#include "traces/import/importer.h"

namespace alloclab {

extern const ImportFormat kGlibcMtraceFormat;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_GLIBC_MTRACE_H_
