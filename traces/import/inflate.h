// Deflated bytes (RFC 1951) from a source, inflated while they are read, by zlib: bare as in a zip
// archive, or wrapped as in gzip (RFC 1952).

#ifndef ALLOCLAB_TRACES_IMPORT_INFLATE_H_
#define ALLOCLAB_TRACES_IMPORT_INFLATE_H_

#include <zlib.h>

#include <cstddef>

#include "traces/byte_source.h"

namespace alloclab {

class Inflate {
 public:
  enum class Wrapper { kNone, kGzip };

  // `source` outlives this.
  Inflate(ByteSource& source, Wrapper wrapper);
  ~Inflate();
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  // Puts up to `count` bytes at `into`; 0 only at the end of the deflated data, behind which the
  // source then stands. Throws TraceError when it is damaged or cut.
  std::size_t Read(char* into, std::size_t count);
  // At the end: begins anew with what follows in the source.
  void Restart();

 private:
  ByteSource& source_;
  z_stream zlib_ = {};
  bool ended_ = false;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_INFLATE_H_
