// Reading and writing traces, whatever their form (archive or text).

#ifndef ALLOCLAB_TRACES_TRACE_IO_H_
#define ALLOCLAB_TRACES_TRACE_IO_H_

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "traces/event.h"

namespace alloclab {

// A trace that cannot be read or written. what() names the file, the place and the mend.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Facts about a recording, in the order in which they were written. Keys in use: see FORMAT.md
// ("program", "arguments", "recorder", "licence", "tainted", "arena", ...).
using Metadata = std::vector<std::pair<std::string, std::string>>;

// The value of `key`, or an empty string.
std::string FindMetadata(const Metadata& metadata, const std::string& key);

// Why an event with a time cannot be written, as the end of a sentence.
inline constexpr const char* kTimeWithoutClock =
    "it has a time, and the metadata has no clock_hz to measure it by";

class Survivors;

// A stream of events. Memory is bounded by a batch and the live set, never by the file.
class TraceReader {
 public:
  virtual ~TraceReader() = default;
  virtual const Metadata& metadata() const = 0;
  // Replaces `batch` by the next events, with ids filled in; false (and empty) at the end.
  // Throws TraceError on a malformed trace.
  virtual bool Next(std::vector<Event>& batch) = 0;
  // Leaves out events from the start on, at most `event` of them, where that is cheaper than
  // reading them (an archive with snapshots), and returns how many. `survivors` becomes what is
  // live then. Before the first Next. Throws TraceError.
  virtual std::uint64_t SkipTowards(std::uint64_t /*event*/, Survivors& /*survivors*/) { return 0; }
  // Sentences about what was lost, e.g. the end of a cut file; empty when nothing was.
  virtual const std::vector<std::string>& warnings() const = 0;
};

class TraceWriter {
 public:
  virtual ~TraceWriter() = default;
  // `event.id` is ignored: it follows from the order. `event.ref` must name a live allocation. An
  // event may have a time when the metadata has clock_hz.
  virtual void Add(const Event& event) = 0;
  // Writes what is buffered and closes; a writer destroyed without Finish leaves no file behind.
  virtual void Finish() = 0;
};

// Opens a trace for reading: an archive, a text, or what another tool recorded (import/README.md),
// also packed in zip, gzip or zstd. Which it is is told from the first bytes, never from the name,
// unless `format` names one of the formats that can be imported. "-" is standard input. Throws
// TraceError.
std::unique_ptr<TraceReader> OpenTrace(const std::string& path, const std::string& format = "");

enum class TraceForm { kArchive, kText };

// Archive for names ending in ".alt", text for ".txt" and for "-" (standard output).
TraceForm FormFromName(const std::string& path);

struct WriterOptions {
  Metadata metadata = {};
  int zstd_level = 3;  // 19 for an archive that is kept
  // Of an archive: a snapshot of what is live in every so many blocks of 65,536 events, from which
  // readers can begin; 0: in none.
  std::uint32_t snapshot_blocks = 0;
};
std::unique_ptr<TraceWriter> CreateTrace(const std::string& path, TraceForm form,
                                         const WriterOptions& options);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TRACE_IO_H_
