// A trace in the format of CMU's malloc lab (import/rep.h), for the drivers of that course:
//
//     4096       suggested heap size: the most bytes live at once
//     2          ids, one an allocation: never used again
//     4          requests
//     1          weight
//     a 0 24     any call that makes a block
//     r 0 48     a resize, which keeps the id
//     a 1 8
//     f 0        any call that ends one; a resize to 0 bytes, too
//
// The driver knows one thread and three calls. Left out, and counted: failed calls, free(NULL),
// notices of threads, forks and markers, call sites. Made simpler, and counted: threads, counts,
// alignments, resizes of NULL and to 0 bytes. Sizes from 2^31 on are written, and counted, since
// drivers keep sizes in an int.
//
// Metadata `rep_header` (a trace that came from a .rep file) gives the first and the fourth number,
// so that such a file comes back as it was, whatever its dialect; if its ids were used again, or
// not in order, they are others.
//
// The header counts what follows it, so the requests wait in a temporary file. Memory: the live
// set.

#ifndef ALLOCLAB_TRACES_EXPORT_REP_WRITER_H_
#define ALLOCLAB_TRACES_EXPORT_REP_WRITER_H_

#include "traces/export/export.h"

namespace alloclab {

extern const ExportFormat kRepExport;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_REP_WRITER_H_
