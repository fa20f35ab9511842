// How large one trace is in each form and format, as it is and packed by zstd: what the archive is
// worth.

#ifndef ALLOCLAB_TRACES_EXPORT_FORMAT_SIZES_H_
#define ALLOCLAB_TRACES_EXPORT_FORMAT_SIZES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace alloclab {

struct FormatSize {
  std::string format;
  std::uint64_t bytes = 0;
  std::uint64_t packed_bytes = 0;  // by zstd, level 3: what a recorder can afford
};

struct TraceSizes {
  std::uint64_t events = 0;
  // The archive at level 19, and at level 3 (packed: the same, it is packed already), the text, and
  // what can be exported.
  std::vector<FormatSize> formats;
  std::vector<std::string> warnings;  // of the reader
};

// Writes the trace at `path` in every format, into the folder that TMPDIR names, one after the
// other, and removes the files. The trace is read once for each, so it is a file and no pipe.
// Threads are kept; times, and call sites and their table, are not: most formats have none. Throws
// TraceError.
TraceSizes MeasureFormats(const std::string& path);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_FORMAT_SIZES_H_
