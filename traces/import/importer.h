// What reads one format of another tool, call by call. An importer knows its format and nothing
// else: AddressEvents numbers the blocks, ImportedTrace (imported_trace.h) makes a trace of the
// events.

#ifndef ALLOCLAB_TRACES_IMPORT_IMPORTER_H_
#define ALLOCLAB_TRACES_IMPORT_IMPORTER_H_

#include <memory>
#include <string>
#include <string_view>

#include "traces/byte_source.h"
#include "traces/import/address_events.h"
#include "traces/trace_io.h"

namespace alloclab {

class Importer {
 public:
  Importer() = default;
  virtual ~Importer() = default;
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // Reads on, at least a line or a record, and gives what it says to `events`. False at the end.
  // Throws TraceError on what the format does not have, naming the place.
  virtual bool ReadNext(AddressEvents& events) = 0;
  // At the end: what the recording says about itself, as metadata, apart from `tainted`.
  virtual Metadata Facts() const = 0;
  // At the end: what was cut off, as a sentence; empty when nothing was.
  virtual std::string Warning() const { return ""; }
};

// A format that can be imported.
struct ImportFormat {
  std::string_view name;  // for --from, and in the metadata
  std::string_view what;  // for people
  // Whether a recording begins like this; sees kImportMagicBytes, or all of a shorter one.
  bool (*begins)(std::string_view begin);
  std::unique_ptr<Importer> (*make)(std::unique_ptr<ByteSource> source);
};

inline constexpr std::size_t kImportMagicBytes = 512;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_IMPORTER_H_
