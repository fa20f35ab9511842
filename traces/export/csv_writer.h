// A trace as comma-separated values (RFC 4180, with line feeds), for spreadsheets and data frames:
// a line with the names of the columns, then a line an event.
//
//     event,kind,failed,thread,id,ref,alignment,count,size
//     0,malloc,0,0,0,,,,24
//     1,calloc,0,1,1,,,4,16
//     2,free,0,0,,0,,,
//
// A column is empty where the kind has no such operand (FORMAT.md); `id` is the number of the
// allocation that the event makes, `ref` that of the one it ends or resizes. No value needs quotes.
// Everything is held but times, call sites and the metadata.

#ifndef ALLOCLAB_TRACES_EXPORT_CSV_WRITER_H_
#define ALLOCLAB_TRACES_EXPORT_CSV_WRITER_H_

#include "traces/export/export.h"

namespace alloclab {

extern const ExportFormat kCsvExport;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_CSV_WRITER_H_
