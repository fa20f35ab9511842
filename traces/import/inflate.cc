#include "traces/import/inflate.h"

#include <fmt/core.h>

#include <algorithm>
#include <new>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

// zlib counts in unsigned int.
constexpr std::size_t kStepBytes = std::size_t{1} << 30;

uInt Step(std::size_t bytes) { return static_cast<uInt>(std::min(bytes, kStepBytes)); }

}  // namespace

Inflate::Inflate(ByteSource& source, Wrapper wrapper) : source_(source) {
  // zlib's words for "no wrapper" and "gzip", with the largest window.
  const int window_bits = wrapper == Wrapper::kNone ? -MAX_WBITS : MAX_WBITS + 16;
  if (inflateInit2(&zlib_, window_bits) != Z_OK) throw std::bad_alloc();
}

Inflate::~Inflate() { inflateEnd(&zlib_); }

void Inflate::Restart() {
  inflateReset(&zlib_);
  ended_ = false;
}

std::size_t Inflate::Read(char* into, std::size_t count) {
  const uInt room = Step(count);
  zlib_.next_out = reinterpret_cast<Bytef*>(into);
  zlib_.avail_out = room;
  while (!ended_ && zlib_.avail_out == room) {
    if (source_.Peek(1).empty()) {
      throw TraceError(
          fmt::format("{}: is cut: the compressed data ends early, at byte {}; copy it again",
                      source_.name(), source_.offset()));
    }
    const uInt offered = Step(source_.Ahead().size());
    // zlib's pointer is to bytes that it only reads.
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(source_.Ahead().data()));
    zlib_.avail_in = offered;
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    source_.Skip(offered - zlib_.avail_in);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      throw TraceError(fmt::format(
          "{}: the compressed data is damaged near byte {}: {}; copy it again", source_.name(),
          source_.offset(), zlib_.msg == nullptr ? "it makes no sense" : zlib_.msg));
    }
    ended_ = result == Z_STREAM_END;
  }
  return room - zlib_.avail_out;
}

}  // namespace alloclab
