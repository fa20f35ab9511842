// A recording of another tool, read as a trace.
//
// It is read twice: a trace's metadata comes before its events, and what did not fit together
// (`tainted`) is known only after the last call. The first reading, in the constructor, counts; the
// second makes the events, and refuses a file that changed in between. So a recording that is
// malformed anywhere is refused before a single event has been given out.
//
// Memory: a batch of events and the live set. Time: two readings.

#ifndef ALLOCLAB_TRACES_IMPORT_IMPORTED_TRACE_H_
#define ALLOCLAB_TRACES_IMPORT_IMPORTED_TRACE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "traces/byte_source.h"
#include "traces/import/importer.h"
#include "traces/trace_io.h"

namespace alloclab {

// Gives the same bytes from their beginning, each time it is called.
using OpenAgain = std::function<std::unique_ptr<ByteSource>()>;

class ImportedTrace final : public TraceReader {
 public:
  // `open` gives the recording, unpacked. Throws TraceError.
  ImportedTrace(const ImportFormat& format, const OpenAgain& open);

  const Metadata& metadata() const override { return metadata_; }
  bool Next(std::vector<Event>& batch) override;
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  std::string name_;
  std::unique_ptr<Importer> importer_;
  AddressEvents events_;
  Metadata metadata_;
  std::vector<std::string> warnings_;
  std::uint64_t events_expected_ = 0;
  bool ended_ = false;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_IMPORTED_TRACE_H_
