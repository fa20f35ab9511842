#include "traces/column_codec.h"

#include <algorithm>
#include <new>

#include "traces/crc32c.h"
#include "traces/varint.h"

namespace alloclab {

ColumnCompressor::ColumnCompressor(int level) : context_(ZSTD_createCCtx()) {
  if (context_ == nullptr) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
}

ColumnEntry ColumnCompressor::Compress(ColumnId id, std::string_view raw, std::string& stored) {
  ColumnEntry entry;
  entry.id = id;
  entry.raw_bytes = static_cast<std::uint32_t>(raw.size());
  stored.resize(ZSTD_compressBound(raw.size()));
  const std::size_t packed =
      ZSTD_compress2(context_.get(), stored.data(), stored.size(), raw.data(), raw.size());
  // With room for the bound, no memory is the only way to fail.
  if (ZSTD_isError(packed) != 0) throw std::bad_alloc();
  if (packed < raw.size()) {
    entry.codec = kZstdCodec;
    stored.resize(packed);
  } else {
    entry.codec = kStoredCodec;
    stored.assign(raw);
  }
  entry.stored_bytes = static_cast<std::uint32_t>(stored.size());
  entry.crc = Crc32c(stored);
  return entry;
}

ColumnDecompressor::ColumnDecompressor() : context_(ZSTD_createDCtx()) {
  if (context_ == nullptr) throw std::bad_alloc();
}

bool ColumnDecompressor::Decompress(const ColumnEntry& entry, std::string_view stored,
                                    std::string& raw) {
  raw.resize(entry.raw_bytes + kVarintPadding);
  std::fill_n(raw.end() - kVarintPadding, kVarintPadding, '\0');
  if (entry.codec == kStoredCodec) {
    if (stored.size() != entry.raw_bytes) return false;
    std::copy(stored.begin(), stored.end(), raw.begin());
    return true;
  }
  if (entry.codec != kZstdCodec) return false;
  return ZSTD_decompressDCtx(context_.get(), raw.data(), entry.raw_bytes, stored.data(),
                             stored.size()) == entry.raw_bytes;
}

}  // namespace alloclab
