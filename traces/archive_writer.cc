#include "traces/archive_writer.h"

#include <fmt/format.h>

#include <utility>

#include "traces/crc32c.h"
#include "traces/metadata.h"
#include "traces/snapshot_column.h"

namespace alloclab {

ArchiveWriter::ArchiveWriter(const std::string& path, const WriterOptions& options,
                             std::uint32_t block_events)
    : file_(path),
      block_events_(block_events),
      compressor_(options.zstd_level),
      snapshot_blocks_(options.snapshot_blocks) {
  const std::string metadata = EncodeMetadata(file_.name(), options.metadata);
  ArchiveHeader header;
  header.facts = FactsFromMetadata(file_.name(), options.metadata);
  has_clock_ = header.facts.clock_hz != 0;
  header.metadata_bytes = static_cast<std::uint32_t>(metadata.size());
  header.metadata_crc = Crc32c(metadata);
  file_.Write(EncodeHeader(header));
  file_.Write(metadata);
  StartBlock();
}

void ArchiveWriter::StartBlock() {
  block_.first_event += block_.events;
  block_.events = 0;
  block_.first_id = live_.next_id();
  block_.live_objects = live_.objects();
  block_.live_bytes = live_.bytes();
  block_.columns.clear();
  events_.Start(block_.first_id);
  threads_.Start();
  times_.Start();
  sites_.Start();
  snapshot_.clear();
  if (snapshot_blocks_ != 0 && blocks_ != 0 && blocks_ % snapshot_blocks_ == 0) {
    snapshot_ = EncodeSnapshot(survivors_);
  }
}

void ArchiveWriter::Add(const Event& event) {
  Event numbered = event;
  std::string why = live_.Apply(numbered);
  if (why.empty() && event.time != 0 && !has_clock_) why = kTimeWithoutClock;
  if (!why.empty()) {
    throw TraceError(fmt::format("{}: cannot write event {}: {}; correct what makes the events",
                                 file_.name(), block_.first_event + block_.events, why));
  }
  events_.Add(numbered);
  threads_.Add(numbered.thread);
  times_.Add(numbered.time);
  sites_.Add(numbered);
  if (snapshot_blocks_ != 0) survivors_.Follow(numbered);
  if (++block_.events == block_events_) WriteBlock();
}

void ArchiveWriter::WriteBlock() {
  std::string stored;
  std::string other;
  ColumnEntry entry = compressor_.Compress(kEventColumn, events_.bytes(kAgePredictor), stored);
  entry.parameter = kAgePredictor;
  ColumnEntry delta = compressor_.Compress(kEventColumn, events_.bytes(kDeltaPredictor), other);
  if (delta.stored_bytes < entry.stored_bytes) {
    entry = delta;
    entry.parameter = kDeltaPredictor;
    stored = std::move(other);
  }
  block_.columns.push_back(entry);

  std::string threads;
  if (const std::string& raw = threads_.Finish(); !raw.empty()) {
    block_.columns.push_back(compressor_.Compress(kThreadColumn, raw, threads));
  }
  std::string times;
  if (const std::string& raw = times_.Finish(); !raw.empty()) {
    block_.columns.push_back(compressor_.Compress(kTimeColumn, raw, times));
    block_.columns.back().parameter = times_.shift();
  }
  std::string sites;
  if (const std::string& raw = sites_.Finish(); !raw.empty()) {
    block_.columns.push_back(compressor_.Compress(kSiteColumn, raw, sites));
  }
  std::string snapshot;
  if (!snapshot_.empty() && snapshot_.size() <= kSnapshotMaxBytes) {
    block_.columns.push_back(compressor_.Compress(kSnapshotColumn, snapshot_, snapshot));
  }
  block_.min_time = times_.min_time();
  block_.max_time = times_.max_time();
  index_entries_ += EncodeIndexEntry(file_.bytes(), block_);
  ++blocks_;
  file_.Write(EncodeBlockHeader(block_));
  file_.Write(stored);
  file_.Write(threads);
  file_.Write(times);
  file_.Write(sites);
  file_.Write(snapshot);
  StartBlock();
}

void ArchiveWriter::Finish() {
  if (block_.events > 0) WriteBlock();
  const std::uint64_t index_offset = file_.bytes();
  const std::string begin = EncodeIndexHeader(blocks_);
  const std::uint32_t crc = Crc32c(index_entries_, Crc32c(begin));
  file_.Write(begin);
  file_.Write(index_entries_);
  file_.Write(EncodeIndexTail(block_.first_event, index_offset, crc));
  file_.Commit();
}

}  // namespace alloclab
