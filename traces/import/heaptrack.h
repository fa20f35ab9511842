// heaptrack's raw recordings, version 3 of the format: what `heaptrack --raw` writes, packed with
// zstd or gzip (container.h). A letter and hexadecimal numbers a line, in the order of the calls:
//
//     v version format      the first line
//     x length path         the program
//     X argument ...        its command line; with what line feeds the arguments have, up to the I
//     + size trace pointer  a block was made
//     - pointer             a block is about to be freed
//
// Passed over: t (a stack frame), m (a loaded module), c (time), R (resident memory), I (the
// machine), S (suppressions), A (attached to a running program). Any other line is refused; s, i
// and a are of the interpreted form, which names blocks by size and stack and so no longer knows
// which of them is freed.
//
// heaptrack notes neither threads nor kinds of calls: calloc and aligned_alloc are mallocs here,
// and a realloc is a free and a malloc. memalign it does not see at all, hence frees of unknown
// blocks.

#ifndef ALLOCLAB_TRACES_IMPORT_HEAPTRACK_H_
#define ALLOCLAB_TRACES_IMPORT_HEAPTRACK_H_

#include "traces/import/importer.h"

namespace alloclab {

extern const ImportFormat kHeaptrackFormat;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_HEAPTRACK_H_
