// Writes an archive (FORMAT.md) front to back, without seeking, so that it may go to a pipe.
//
// Memory: one block in encoded form, the live set, and 24 bytes of index a block. The same events,
// metadata and options give the same bytes: nothing is taken from the clock or the machine.

#ifndef ALLOCLAB_TRACES_ARCHIVE_WRITER_H_
#define ALLOCLAB_TRACES_ARCHIVE_WRITER_H_

#include <cstdint>
#include <string>

#include "traces/archive_format.h"
#include "traces/column_codec.h"
#include "traces/event_column.h"
#include "traces/live_set.h"
#include "traces/output_file.h"
#include "traces/site_column.h"
#include "traces/thread_column.h"
#include "traces/time_column.h"
#include "traces/trace_io.h"

namespace alloclab {

class ArchiveWriter final : public TraceWriter {
 public:
  // `block_events`, 1 to kBlockMaxEvents, is a parameter for the sake of small tests.
  ArchiveWriter(const std::string& path, const WriterOptions& options,
                std::uint32_t block_events = kBlockEvents);

  void Add(const Event& event) override;
  void Finish() override;

 private:
  void StartBlock();
  void WriteBlock();

  OutputFile file_;
  const std::uint32_t block_events_;
  LiveSet live_;
  EventColumnEncoder events_;
  ThreadColumnEncoder threads_;
  TimeColumnEncoder times_;
  SiteColumnEncoder sites_;
  bool has_clock_ = false;
  ColumnCompressor compressor_;
  BlockHeader block_;  // of the block being filled
  const std::uint32_t snapshot_blocks_;
  Survivors survivors_;   // followed only where there are to be snapshots
  std::string snapshot_;  // of the block being filled; empty for most
  std::uint64_t blocks_ = 0;
  std::string index_entries_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_ARCHIVE_WRITER_H_
