// The binary recordings of the traced malloc that DJ Delorie and Carlos O'Donell made for glibc
// (glibc-malloc-trace-utils, "mtrace" files): 64 bytes a call, little-endian.
//
//     offset  bytes
//          0      4  thread
//          4      1  call, see below
//          5      3  what the allocator did for it; passed over
//          8      8  pointer 1: what is freed or resized; of posix_memalign the error
//         16      8  pointer 2: what was returned
//         24      8  size
//         32      8  size 2: the alignment, where there is one
//         40     24  a size of the allocator's own, and padding; passed over
//
//     0 unused   1 malloc   2 calloc (size is the product)   3 free   4 realloc   5 memalign
//     6 valloc   7 pvalloc  8 posix_memalign    255 the first record: pointer 1 is 0x1234, size 8
//
// Unused records are room that the recorder set aside and did not need. Kept: everything but the
// count of a calloc. Threads overtake each other in these files, since a record is made when its
// call begins: allocations at live addresses are usual where there are several.

#ifndef ALLOCLAB_TRACES_IMPORT_DJ_MTRACE_H_
#define ALLOCLAB_TRACES_IMPORT_DJ_MTRACE_H_

#include "traces/import/importer.h"

namespace alloclab {

extern const ImportFormat kDjMtraceFormat;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_DJ_MTRACE_H_
