// Reads an archive (FORMAT.md) front to back, so that it may come from a pipe.
//
// Memory: one block, and what the consumer keeps of the live set. Every size a file declares is
// checked against the limits of archive_format.h, and against the size of the file where that is
// known, before anything is allocated for it. A file that ends early (its writer was killed, its
// copy cut) gives every whole block and a warning; one that was changed is refused.

#ifndef ALLOCLAB_TRACES_ARCHIVE_READER_H_
#define ALLOCLAB_TRACES_ARCHIVE_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "traces/archive_format.h"
#include "traces/byte_source.h"
#include "traces/column_codec.h"
#include "traces/event_column.h"
#include "traces/live_set.h"
#include "traces/survivors.h"
#include "traces/time_column.h"
#include "traces/trace_io.h"

namespace alloclab {

// One block, decompressed. The strings end in kVarintPadding bytes that are not theirs.
struct Block {
  BlockHeader header;
  std::uint64_t number = 0;
  std::uint64_t offset = 0;  // in the file, bytes
  ReferencePredictor predictor = kAgePredictor;
  std::string events;
  std::string threads;
  std::string times;
  std::string sites;
  bool has_threads = false;
  bool has_times = false;
  bool has_sites = false;
  std::uint8_t time_shift = 0;

  EventColumn event_column() const {
    return {WithoutPadding(events), predictor, header.first_id, header.events};
  }
  TimeColumn time_column() const {
    return {WithoutPadding(times), time_shift, header.min_time, header.max_time};
  }
  static std::string_view WithoutPadding(std::string_view column) {
    return column.substr(0, column.size() - kVarintPadding);
  }
};

// Which columns a consumer wants; of the others only the checksums are looked at.
enum class WantedColumns { kEvents, kAll };

class ArchiveReader final : public TraceReader {
 public:
  // Reads header and metadata. Throws TraceError.
  explicit ArchiveReader(std::unique_ptr<ByteSource> source);

  const Metadata& metadata() const override { return metadata_; }
  bool Next(std::vector<Event>& batch) override;
  // Goes over the headers of blocks only, so it takes O(blocks). Snapshots are believed as far as
  // their checksums and the counts in their block's header go.
  std::uint64_t SkipTowards(std::uint64_t event, Survivors& survivors) override;
  const std::vector<std::string>& warnings() const override { return warnings_; }

  // The next block with the wanted columns decompressed, but not yet decoded; false at
  // the end. For consumers that need no Event objects; they must not call Next as well, and keep
  // the live set themselves.
  bool NextBlock(Block& block, WantedColumns wanted);

  // Bytes read so far, and in the whole file (0 when that is not known).
  std::uint64_t offset() const { return source_->offset(); }
  std::uint64_t bytes_total() const { return source_->bytes_total(); }

  // Throws TraceError unless the block begins in the state that the blocks before it have left.
  void CheckStart(const Block& block, std::uint64_t next_id, std::uint64_t live_objects,
                  std::uint64_t live_bytes) const;
  // Throws TraceError when decoding did not end well.
  void CheckDecoded(const Block& block, const DecodeResult& result) const;

 private:
  void ReadHeader();
  // Before a block: where, and what is known of the blocks before it.
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t blocks = 0;
    std::uint64_t events = 0;
    std::uint32_t index_entries_crc = 0;
  };
  Place Here() const { return {source_->offset(), blocks_, events_, index_entries_crc_}; }
  void GoTo(const Place& place);
  // The last block up to `event` that can be begun at; where the reader is, if there is none.
  Place FindSnapshot(std::uint64_t event);
  // The snapshot of the block that begins here, of which the header has been read.
  Survivors::Rows ReadSnapshot(const Block& block);
  bool AtBlock();
  // Counts a block whose columns have been passed.
  void CountBlock(const Block& block);
  bool ReadBlock(Block& block, WantedColumns wanted);
  // False when the file ends inside the header.
  bool ReadBlockHeader(Block& block);
  void CheckBlockHeader(const Block& block) const;
  void CheckColumn(const Block& block, const ColumnEntry& column) const;
  bool ReadColumn(Block& block, const ColumnEntry& column, WantedColumns wanted);
  bool PassSnapshot(const Block& block, const ColumnEntry& column);
  void DecodeSideColumns(std::vector<Event>& batch);
  void ReadIndex();
  void CheckIndexTail(std::uint64_t index_offset, std::uint32_t crc);
  void WarnCut(const std::string& where);
  [[noreturn]] void RefuseBlock(const Block& block, const std::string& why) const;
  [[noreturn]] void RefuseIndex(std::uint64_t offset, const std::string& why) const;

  std::unique_ptr<ByteSource> source_;
  Metadata metadata_;
  bool has_clock_ = false;
  std::vector<std::string> warnings_;
  ColumnDecompressor decompressor_;
  std::string stored_;
  bool done_ = false;
  std::uint64_t blocks_ = 0;
  std::uint64_t events_ = 0;             // in the blocks so far
  std::uint32_t index_entries_crc_ = 0;  // of the index entries these blocks should have
  Block block_;                          // for Next
  LiveSet live_;                         // for Next
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_ARCHIVE_READER_H_
