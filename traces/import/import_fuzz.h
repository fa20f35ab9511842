// What every importer promises, on any bytes: they are read or refused with a TraceError, and what
// is read is a trace. Used by the fuzz targets (fuzz/import_target.cc) and by a test.

#ifndef ALLOCLAB_TRACES_IMPORT_IMPORT_FUZZ_H_
#define ALLOCLAB_TRACES_IMPORT_IMPORT_FUZZ_H_

#include <string>
#include <string_view>

namespace alloclab {

// Reads `bytes` as `format` (empty: whatever they look like, packed or not). Aborts, after a
// sentence on standard error, when an event cannot happen where it stands, is not as writers keep
// it or has a time in a trace without a clock, or when the metadata cannot be written. Returns
// whether the bytes were read.
bool CheckImport(const std::string& format, std::string_view bytes);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_IMPORT_FUZZ_H_
