// What an export makes of a trace, for tests.

#ifndef ALLOCLAB_TRACES_EXPORT_EXPORTED_H_
#define ALLOCLAB_TRACES_EXPORT_EXPORTED_H_

#include <string>

#include "traces/convert.h"
#include "traces/export/export.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {

struct Exported {
  std::string bytes;
  std::string losses;  // without the name of the file
};

// `trace` is an archive or a text.
inline Exported Export(const std::string& trace, const ExportFormat& format) {
  const std::string path = TemporaryPath("exported." + std::string(format.name));
  const auto reader = OpenTraceBytes("trace", trace);
  const auto writer = format.create(path, reader->metadata());
  CopyTrace(*reader, *writer);
  const std::string losses = writer->Losses();
  return {FileBytes(path), losses.empty() ? "" : losses.substr(losses.find(": ") + 2)};
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_EXPORTED_H_
