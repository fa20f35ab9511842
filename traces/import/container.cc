#include "traces/import/container.h"

#include <fmt/core.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "traces/import/inflate.h"
#include "traces/import/zip_entry.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::string_view kZipMagic = "PK";  // of all its parts; an empty archive has only an end
constexpr std::string_view kGzipMagic("\x1F\x8B", 2);
constexpr std::string_view kZstdMagic("\x28\xB5\x2F\xFD", 4);

// gzip: members of deflate with a checksum each, which zlib compares.
class GzipStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), inflate_(*source_, Inflate::Wrapper::kGzip) {}

  std::size_t Read(char* into, std::size_t count) {
    for (;;) {
      const std::size_t made = inflate_.Read(into, count);
      if (made != 0 || source_->Peek(1).empty()) return made;
      if (ContainerOf(source_->Peek(kContainerMagicBytes)) != Container::kGzip) {
        throw TraceError(fmt::format("{}: has bytes after its end, at byte {}; pack it again",
                                     source_->name(), source_->offset()));
      }
      inflate_.Restart();
    }
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  Inflate inflate_;
};

// zstd: frames that the library takes one after the other.
class ZstdStream {
 public:
  explicit ZstdStream(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    if (context_ == nullptr) throw std::bad_alloc();
  }

  std::size_t Read(char* into, std::size_t count) {
    ZSTD_outBuffer out = {into, count, 0};
    while (out.pos == 0) {
      const std::string_view ahead = source_->Peek(1).empty() ? "" : source_->Ahead();
      if (ahead.empty() && between_frames_) return 0;
      ZSTD_inBuffer in = {ahead.data(), ahead.size(), 0};
      const std::size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(result) != 0) {
        throw TraceError(
            fmt::format("{}: the compressed data is damaged near byte {}: {}; copy it "
                        "again",
                        source_->name(), source_->offset(), ZSTD_getErrorName(result)));
      }
      source_->Skip(in.pos);
      between_frames_ = result == 0;
      if (ahead.empty() && out.pos == 0 && !between_frames_) {
        throw TraceError(
            fmt::format("{}: is cut: the compressed data ends early, at byte {}; copy "
                        "it again",
                        source_->name(), source_->offset()));
      }
    }
    return out.pos;
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
  bool between_frames_ = true;
};

// A source that reads from a `Packed`, and keeps it.
template <class Packed>
std::unique_ptr<ByteSource> SourceOf(const std::string& name, std::shared_ptr<Packed> packed) {
  return ByteSource::FromStream(name, [packed = std::move(packed)](char* into, std::size_t count) {
    return packed->Read(into, count);
  });
}

}  // namespace

Container ContainerOf(std::string_view begin) {
  if (begin.starts_with(kZstdMagic)) return Container::kZstd;
  if (begin.starts_with(kGzipMagic)) return Container::kGzip;
  // The third and fourth byte tell which part of a zip archive it is: both are small.
  if (begin.starts_with(kZipMagic) && begin.size() >= kContainerMagicBytes && begin[2] < ' ' &&
      begin[3] < ' ') {
    return Container::kZip;
  }
  return Container::kNone;
}

std::unique_ptr<ByteSource> Unpack(std::unique_ptr<ByteSource> source) {
  const std::string name = source->name();
  switch (ContainerOf(source->Peek(kContainerMagicBytes))) {
    case Container::kNone:
      break;
    case Container::kZip: {
      auto entry = std::make_shared<ZipEntry>(std::move(source));
      const std::string inside = name + "/" + entry->name();
      return SourceOf(inside, std::move(entry));
    }
    case Container::kGzip:
      return SourceOf(name, std::make_shared<GzipStream>(std::move(source)));
    case Container::kZstd:
      return SourceOf(name, std::make_shared<ZstdStream>(std::move(source)));
  }
  return source;
}

}  // namespace alloclab
