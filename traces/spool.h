// Bytes written once and read from their beginning as often as needed: a temporary file that has no
// name, so that nothing is left behind however the process ends. For what must be known whole
// before it can be used (a pipe that is read twice, a text whose header counts its lines), without
// holding it in memory.

#ifndef ALLOCLAB_TRACES_SPOOL_H_
#define ALLOCLAB_TRACES_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "traces/byte_source.h"

namespace alloclab {

class Spool {
 public:
  // In the folder that TMPDIR names. Throws TraceError when no file can be made there.
  Spool();
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Throws TraceError, e.g. when the disk is full.
  void Write(std::string_view bytes);
  // Writes all that is left of `source`.
  void WriteAll(ByteSource& source);
  // Puts up to `count` bytes from `offset` on at `into`; 0 only at the end. Sees what Write has
  // written. Throws TraceError when the system cannot read.
  std::size_t Read(std::uint64_t offset, char* into, std::size_t count);

 private:
  void Flush();
  [[noreturn]] void Fail(const char* what, int error) const;

  std::string folder_;
  int descriptor_ = -1;
  std::string buffer_;
};

// All that was written to `spool`, from the beginning; called `name` in messages.
std::unique_ptr<ByteSource> ReadSpool(const std::string& name, std::shared_ptr<Spool> spool);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SPOOL_H_
