// Traces as the recordings of other tools, the formats that traces/import reads: for their own
// viewers and replayers, and to tell how much smaller an archive is. Blocks get addresses from an
// AddressBook.
//
//                threads   kinds of calls                          failed calls   free(NULL)
//   android      yes       malloc calloc realloc memalign free     yes            yes
//   dj           yes       those, and valloc pvalloc               yes            yes
//                          posix_memalign; calloc without count
//   mtrace       no        malloc realloc free                     yes            no
//   heaptrack    no        malloc free                             no             no
//
// A kind that a format lacks is written as the nearest one that it has, and counted.

#ifndef ALLOCLAB_TRACES_EXPORT_RECORDINGS_H_
#define ALLOCLAB_TRACES_EXPORT_RECORDINGS_H_

#include "traces/export/export.h"

namespace alloclab {

extern const ExportFormat kAndroidExport;
extern const ExportFormat kDjExport;
extern const ExportFormat kGlibcMtraceExport;
extern const ExportFormat kHeaptrackExport;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_RECORDINGS_H_
