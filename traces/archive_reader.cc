#include "traces/archive_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "traces/crc32c.h"
#include "traces/little_endian.h"
#include "traces/metadata.h"
#include "traces/site_column.h"
#include "traces/snapshot_column.h"
#include "traces/thread_column.h"

namespace alloclab {
namespace {

constexpr const char* kDamaged = "the file is damaged, copy it again";

// What a decoded column may take for each event; 0 for a column that this reader does not know.
constexpr std::uint32_t MaxBytesAnEvent(std::uint16_t column) {
  switch (column) {
    case kEventColumn:
      return kEventMaxBytes;
    case kThreadColumn:
      return kThreadRunMaxBytes;
    case kTimeColumn:
      return kTimeMaxBytes;
    case kSiteColumn:
      return kSiteMaxBytes;
    default:
      return 0;
  }
}

std::uint64_t MaxBytesOfSnapshot(const BlockHeader& header) {
  return header.live_objects < kSnapshotMaxBytes / kSurvivorMaxBytes
             ? header.live_objects * kSurvivorMaxBytes
             : kSnapshotMaxBytes;
}

std::uint64_t StoredBytes(const BlockHeader& header) {
  std::uint64_t stored = 0;
  for (const ColumnEntry& column : header.columns) stored += column.stored_bytes;
  return stored;
}

// Whether a reader can begin at this block, whose place in the file says how many events come
// before it: each of them made one allocation at most.
bool CanBeginAt(const BlockHeader& header) {
  if (header.first_id > header.first_event || header.live_objects > header.first_id) return false;
  return header.live_objects == 0 ||
         std::any_of(header.columns.begin(), header.columns.end(),
                     [](const ColumnEntry& column) { return column.id == kSnapshotColumn; });
}

// Turns a block into Event objects.
class EventSink {
 public:
  EventSink(LiveSet& live, std::vector<Event>& events) : live_(live), events_(events) {}

  void Malloc(std::uint64_t size) {
    Event event;
    event.size = size;
    Other(event);
  }
  bool Free(std::uint64_t ref) {
    Event event;
    event.kind = EventKind::kFree;
    event.ref = ref;
    return Other(event);
  }
  void FreeNull() {
    Event event;
    event.kind = EventKind::kFreeNull;
    Other(event);
  }
  void Calloc(std::uint64_t count, std::uint64_t size) {
    Event event;
    event.kind = EventKind::kCalloc;
    event.count = count;
    event.size = size;
    Other(event);
  }
  bool Resize(std::uint64_t ref, std::uint64_t size) {
    Event event;
    event.kind = EventKind::kRealloc;
    event.ref = ref;
    event.size = size;
    return Other(event);
  }
  bool Other(Event& event) {
    why_ = live_.Apply(event);
    events_.push_back(event);
    return why_.empty();
  }
  std::string Why() const { return fmt::format("cannot happen: {}", why_); }

 private:
  LiveSet& live_;
  std::vector<Event>& events_;
  std::string why_;
};

}  // namespace

ArchiveReader::ArchiveReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
  ReadHeader();
}

void ArchiveReader::ReadHeader() {
  const std::string_view begin = source_->Peek(kHeaderBytes);
  if (begin.size() < kHeaderBytes) {
    throw TraceError(
        fmt::format("{}: ends after {} bytes, inside its {}-byte header; copy it again",
                    source_->name(), begin.size(), kHeaderBytes));
  }
  const ArchiveHeader header = DecodeHeader(source_->name(), begin);
  source_->Skip(kHeaderBytes);
  if (header.metadata_bytes > kMetadataMaxBytes) {
    throw TraceError(
        fmt::format("{}: the header declares {} bytes of metadata at byte 48, but at most "
                    "{} are allowed; {}",
                    source_->name(), header.metadata_bytes, kMetadataMaxBytes, kDamaged));
  }
  stored_.clear();
  if (!source_->SurelyEndsWithin(header.metadata_bytes)) {
    stored_.resize(header.metadata_bytes);
    stored_.resize(source_->Read(stored_.data(), stored_.size()));
  }
  if (stored_.size() < header.metadata_bytes) {
    throw TraceError(fmt::format("{}: ends inside its metadata (bytes {} to {}); copy it again",
                                 source_->name(), kHeaderBytes,
                                 kHeaderBytes + header.metadata_bytes - 1));
  }
  if (Crc32c(stored_) != header.metadata_crc) {
    throw TraceError(
        fmt::format("{}: the checksum of the metadata (from byte {}) does not match; {}",
                    source_->name(), kHeaderBytes, kDamaged));
  }
  metadata_ = DecodeMetadata(source_->name(), kHeaderBytes, stored_);
  if (FactsFromMetadata(source_->name(), metadata_) != header.facts) {
    throw TraceError(fmt::format(
        "{}: the header (bytes 16 to 47) has another clock rate, start or uuid than the "
        "metadata; {}",
        source_->name(), kDamaged));
  }
  has_clock_ = header.facts.clock_hz != 0;
}

void ArchiveReader::RefuseBlock(const Block& block, const std::string& why) const {
  throw TraceError(fmt::format("{}: block {} at byte {}: {}; {}", source_->name(), block.number,
                               block.offset, why, kDamaged));
}

void ArchiveReader::RefuseIndex(std::uint64_t offset, const std::string& why) const {
  throw TraceError(
      fmt::format("{}: index at byte {}: {}; {}", source_->name(), offset, why, kDamaged));
}

void ArchiveReader::WarnCut(const std::string& where) {
  done_ = true;
  warnings_.push_back(fmt::format(
      "{}: ends early at byte {}, {}; {} blocks with {} events were read, what followed is lost",
      source_->name(), source_->offset(), where, blocks_, events_));
}

bool ArchiveReader::AtBlock() { return source_->Peek(kBlockMagic.size()) == kBlockMagic; }

bool ArchiveReader::NextBlock(Block& block, WantedColumns wanted) {
  if (done_) return false;
  if (AtBlock()) {
    const std::uint64_t offset = source_->offset();
    if (!ReadBlock(block, wanted)) {
      WarnCut(fmt::format("inside block {}, which begins at byte {}", blocks_, offset));
      return false;
    }
    return true;
  }
  const std::string_view magic = source_->Peek(kBlockMagic.size());
  if (magic.size() == kIndexMagic.size() && magic == kIndexMagic) {
    ReadIndex();
    return false;
  }
  if (magic.size() == kBlockMagic.size() ||
      (!kBlockMagic.starts_with(magic) && !kIndexMagic.starts_with(magic))) {
    throw TraceError(fmt::format("{}: neither a block nor the index begins at byte {}; {}",
                                 source_->name(), source_->offset(), kDamaged));
  }
  WarnCut("before its index");
  return false;
}

bool ArchiveReader::ReadBlock(Block& block, WantedColumns wanted) {
  block.number = blocks_;
  block.offset = source_->offset();
  block.has_threads = false;
  block.has_times = false;
  block.has_sites = false;
  if (!ReadBlockHeader(block)) return false;
  CheckBlockHeader(block);
  if (source_->SurelyEndsWithin(StoredBytes(block.header))) return false;
  for (const ColumnEntry& column : block.header.columns) {
    if (!ReadColumn(block, column, wanted)) return false;
  }
  CountBlock(block);
  return true;
}

void ArchiveReader::CountBlock(const Block& block) {
  ++blocks_;
  events_ += block.header.events;
  index_entries_crc_ = Crc32c(EncodeIndexEntry(block.offset, block.header), index_entries_crc_);
}

void ArchiveReader::GoTo(const Place& place) {
  source_->MoveTo(place.offset);
  blocks_ = place.blocks;
  events_ = place.events;
  index_entries_crc_ = place.index_entries_crc;
}

ArchiveReader::Place ArchiveReader::FindSnapshot(std::uint64_t event) {
  Place best = Here();
  Block block;
  while (AtBlock()) {
    const Place here = Here();
    block.number = here.blocks;
    block.offset = here.offset;
    // Where the file is cut, whoever reads on is told.
    if (!ReadBlockHeader(block)) break;
    CheckBlockHeader(block);
    const std::uint64_t stored = StoredBytes(block.header);
    if (block.header.first_event > event || source_->SurelyEndsWithin(stored)) break;
    if (CanBeginAt(block.header)) best = here;
    // What lies behind the event is not looked at, whatever state it is in.
    if (event - block.header.first_event < block.header.events) break;
    if (source_->Skip(stored) != stored) break;
    CountBlock(block);
  }
  return best;
}

Survivors::Rows ArchiveReader::ReadSnapshot(const Block& block) {
  Survivors::Rows rows;
  for (const ColumnEntry& column : block.header.columns) {
    if (column.id != kSnapshotColumn) {
      source_->Skip(column.stored_bytes);
      continue;
    }
    stored_.resize(column.stored_bytes);
    std::string raw;
    if (source_->Read(stored_.data(), stored_.size()) < stored_.size() ||
        Crc32c(stored_) != column.crc || !decompressor_.Decompress(column, stored_, raw) ||
        !DecodeSnapshot(Block::WithoutPadding(raw), block.header, rows)) {
      RefuseBlock(block, "its snapshot is none of what is live there");
    }
    return rows;
  }
  return rows;  // nothing is live
}

std::uint64_t ArchiveReader::SkipTowards(std::uint64_t event, Survivors& survivors) {
  if (!source_->CanBeOpenedAgain()) return 0;
  const Place start = Here();
  const Place place = FindSnapshot(event);
  GoTo(place);
  if (place.offset == start.offset) return 0;
  Block block;
  block.number = place.blocks;
  block.offset = place.offset;
  if (!ReadBlockHeader(block)) RefuseBlock(block, "it was there a moment ago and is not now");
  Survivors::Rows rows = ReadSnapshot(block);
  GoTo(place);
  live_.Resume(block.header.first_id, rows);
  survivors.Resume(block.header.first_id, std::move(rows));
  return place.events;
}

bool ArchiveReader::ReadBlockHeader(Block& block) {
  std::string_view bytes = source_->Peek(kBlockHeaderBytes);
  if (bytes.size() < kBlockHeaderBytes) return false;
  const std::size_t size = BlockHeaderSize(bytes);
  if (size == 0) RefuseBlock(block, "its header declares an impossible size");
  bytes = source_->Peek(size);
  if (bytes.size() < size) return false;
  if (!DecodeBlockHeader(bytes, block.header)) {
    RefuseBlock(block, "the checksum of its header does not match");
  }
  source_->Skip(size);
  return true;
}

void ArchiveReader::CheckBlockHeader(const Block& block) const {
  const BlockHeader& header = block.header;
  if (header.events == 0 || header.events > kBlockMaxEvents) {
    RefuseBlock(block, fmt::format("declares {} events, but 1 to {} are allowed", header.events,
                                   kBlockMaxEvents));
  }
  if (header.first_event != events_) {
    RefuseBlock(block, fmt::format("begins with event {}, but {} come before it",
                                   header.first_event, events_));
  }
  if (header.first_id > kMaxAllocations) {
    RefuseBlock(block, fmt::format("declares allocation {}, but at most {} are allowed",
                                   header.first_id, kMaxAllocations));
  }
  for (const ColumnId id :
       {kEventColumn, kThreadColumn, kTimeColumn, kSiteColumn, kSnapshotColumn}) {
    const auto found = std::count_if(header.columns.begin(), header.columns.end(),
                                     [id](const ColumnEntry& column) { return column.id == id; });
    if (found > 1 || (id == kEventColumn && found == 0)) {
      RefuseBlock(block, fmt::format("has column {} {} times", static_cast<int>(id), found));
    }
  }
  for (const ColumnEntry& column : header.columns) CheckColumn(block, column);
}

void ArchiveReader::CheckColumn(const Block& block, const ColumnEntry& column) const {
  const bool is_snapshot = column.id == kSnapshotColumn;
  const std::uint32_t each = MaxBytesAnEvent(column.id);
  if (each == 0 && !is_snapshot) return;
  const std::uint64_t most =
      is_snapshot ? MaxBytesOfSnapshot(block.header) : std::uint64_t{block.header.events} * each;
  if (column.raw_bytes > most || column.stored_bytes > column.raw_bytes) {
    RefuseBlock(block,
                fmt::format("column {} declares {} bytes, {} stored, which {} events cannot have",
                            column.id, column.raw_bytes, column.stored_bytes, block.header.events));
  }
  const bool known = column.codec == kStoredCodec || column.codec == kZstdCodec;
  if (!known || (column.id == kEventColumn && column.parameter > kDeltaPredictor)) {
    RefuseBlock(
        block,
        fmt::format("column {} has codec {} and parameter {}, unknown to version {}.{}", column.id,
                    column.codec, column.parameter, kArchiveMajor, kArchiveMinor));
  }
}

// Only its checksum is looked at, a piece at a time: a snapshot may be as large as the live set.
bool ArchiveReader::PassSnapshot(const Block& block, const ColumnEntry& column) {
  std::uint32_t crc = 0;
  for (std::uint64_t left = column.stored_bytes; left != 0;) {
    stored_.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(left, ByteSource::kBufferBytes)));
    if (source_->Read(stored_.data(), stored_.size()) < stored_.size()) return false;
    crc = Crc32c(stored_, crc);
    left -= stored_.size();
  }
  if (crc != column.crc) {
    RefuseBlock(block, fmt::format("the checksum of column {} does not match", column.id));
  }
  return true;
}

bool ArchiveReader::ReadColumn(Block& block, const ColumnEntry& column, WantedColumns wanted) {
  if (column.id == kSnapshotColumn) return PassSnapshot(block, column);
  if (MaxBytesAnEvent(column.id) == 0) {
    return source_->Skip(column.stored_bytes) == column.stored_bytes;
  }
  stored_.resize(column.stored_bytes);
  if (source_->Read(stored_.data(), stored_.size()) < stored_.size()) return false;
  if (Crc32c(stored_) != column.crc) {
    RefuseBlock(block, fmt::format("the checksum of column {} does not match", column.id));
  }
  if (wanted == WantedColumns::kEvents && column.id != kEventColumn) return true;
  std::string& raw = column.id == kEventColumn    ? block.events
                     : column.id == kThreadColumn ? block.threads
                     : column.id == kSiteColumn   ? block.sites
                                                  : block.times;
  if (!decompressor_.Decompress(column, stored_, raw)) {
    RefuseBlock(block, fmt::format("column {} cannot be decompressed", column.id));
  }
  if (column.id == kEventColumn) {
    block.predictor = static_cast<ReferencePredictor>(column.parameter);
  } else if (column.id == kThreadColumn) {
    block.has_threads = true;
  } else if (column.id == kSiteColumn) {
    block.has_sites = true;
  } else {
    if (!has_clock_) RefuseBlock(block, "it has times, but the header has no clock rate");
    block.has_times = true;
    block.time_shift = column.parameter;
  }
  return true;
}

void ArchiveReader::ReadIndex() {
  const std::uint64_t offset = source_->offset();
  std::string part(kIndexHeaderBytes, '\0');
  if (source_->Read(part.data(), part.size()) < part.size()) return WarnCut("inside its index");
  const auto blocks = LoadLittleEndian<std::uint64_t>(part.data() + 8);
  if (blocks != blocks_) {
    RefuseIndex(offset, fmt::format("lists {} blocks, but {} were read", blocks, blocks_));
  }
  std::uint32_t crc = Crc32c(part);
  std::uint32_t entries_crc = 0;
  part.resize(kIndexEntryBytes);
  for (std::uint64_t i = 0; i < blocks; ++i) {
    if (source_->Read(part.data(), part.size()) < part.size()) return WarnCut("inside its index");
    crc = Crc32c(part, crc);
    entries_crc = Crc32c(part, entries_crc);
  }
  if (entries_crc != index_entries_crc_) {
    RefuseIndex(offset, "its entries do not agree with the blocks");
  }
  CheckIndexTail(offset, crc);
}

void ArchiveReader::CheckIndexTail(std::uint64_t index_offset, std::uint32_t crc) {
  std::string tail(kIndexTailBytes, '\0');
  if (source_->Read(tail.data(), tail.size()) < tail.size()) return WarnCut("inside its index");
  // The tail as it must be: everything in it is known by now.
  if (tail != EncodeIndexTail(events_, index_offset, crc))
    RefuseIndex(index_offset, "its end does not agree with the blocks");
  if (!source_->Peek(1).empty()) {
    RefuseIndex(index_offset, fmt::format("something follows it at byte {}", source_->offset()));
  }
  done_ = true;
}

void ArchiveReader::CheckStart(const Block& block, std::uint64_t next_id,
                               std::uint64_t live_objects, std::uint64_t live_bytes) const {
  const BlockHeader& header = block.header;
  if (header.first_id == next_id && header.live_objects == live_objects &&
      header.live_bytes == live_bytes) {
    return;
  }
  RefuseBlock(block,
              fmt::format("begins with allocation {}, {} live objects and {} live bytes, but "
                          "the blocks before it leave {}, {} and {}",
                          header.first_id, header.live_objects, header.live_bytes, next_id,
                          live_objects, live_bytes));
}

void ArchiveReader::CheckDecoded(const Block& block, const DecodeResult& result) const {
  if (result.broken.empty()) return;
  RefuseBlock(block,
              fmt::format("event {} {}", block.header.first_event + result.event, result.broken));
}

bool ArchiveReader::Next(std::vector<Event>& batch) {
  batch.clear();
  if (!NextBlock(block_, WantedColumns::kAll)) return false;
  CheckStart(block_, live_.next_id(), live_.objects(), live_.bytes());
  batch.reserve(block_.header.events);
  EventSink sink(live_, batch);
  CheckDecoded(block_, DecodeEvents(block_.event_column(), sink));
  DecodeSideColumns(batch);
  return true;
}

void ArchiveReader::DecodeSideColumns(std::vector<Event>& batch) {
  if (block_.has_threads && !DecodeThreads(Block::WithoutPadding(block_.threads), batch)) {
    RefuseBlock(block_, "its threads do not cover its events");
  }
  if (block_.has_times && !DecodeTimes(block_.time_column(), batch)) {
    RefuseBlock(block_, "its times do not cover its events, or lie outside of what it declares");
  }
  if (block_.has_sites && !DecodeSites(Block::WithoutPadding(block_.sites), batch)) {
    RefuseBlock(block_, "its call sites do not cover what makes or resizes, or are too large");
  }
}

}  // namespace alloclab
