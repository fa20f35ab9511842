// Compression of one column of a block: zstd, or stored as it is where that is no larger.

#ifndef ALLOCLAB_TRACES_COLUMN_CODEC_H_
#define ALLOCLAB_TRACES_COLUMN_CODEC_H_

#include <zstd.h>

#include <memory>
#include <string>
#include <string_view>

#include "traces/archive_format.h"

namespace alloclab {

class ColumnCompressor {
 public:
  explicit ColumnCompressor(int level);
  // Replaces `stored` by what goes into the file and returns its directory entry. Throws
  // std::bad_alloc when zstd has no memory.
  ColumnEntry Compress(ColumnId id, std::string_view raw, std::string& stored);

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

class ColumnDecompressor {
 public:
  ColumnDecompressor();
  // Replaces `raw` by the column's entry.raw_bytes bytes and kVarintPadding zero bytes. The caller
  // has bounded entry.raw_bytes. Returns false when `stored` is not such a column.
  bool Decompress(const ColumnEntry& entry, std::string_view stored, std::string& raw);

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_COLUMN_CODEC_H_
