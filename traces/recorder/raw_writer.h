// Writes raw recordings for tests, record by record, as if processes had made them. Programmed
// from the description in raw_format.h, and sharing no code with the preloaded library.

#ifndef ALLOCLAB_TRACES_RECORDER_RAW_WRITER_H_
#define ALLOCLAB_TRACES_RECORDER_RAW_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

// One chunk.
class RawChunk {
 public:
  RawChunk(std::uint64_t thread, std::uint64_t chunk, std::uint64_t stamp) {
    Long(stamp, RecordKind::kThreadStart, thread, chunk);
  }

  RawChunk& Short(std::uint64_t stamp, RecordKind kind, std::uint64_t address = 0,
                  std::uint64_t size = 0) {
    Word(stamp << 8 | static_cast<std::uint64_t>(kind));
    Word((address / 16) << 20 | size);
    return *this;
  }
  RawChunk& Long(std::uint64_t stamp, RecordKind kind, std::uint64_t address = 0,
                 std::uint64_t size = 0, std::uint64_t extra = 0) {
    Word(stamp << 8 | static_cast<std::uint64_t>(kind) | 0x80);
    Word(address);
    Word(size);
    Word(extra);
    return *this;
  }
  RawChunk& Site(std::uint64_t stamp, const std::vector<std::uint64_t>& return_addresses) {
    Word(stamp << 8 | static_cast<std::uint64_t>(RecordKind::kSite));
    Word(return_addresses.size());
    for (const std::uint64_t address : return_addresses) Word(address);
    if (return_addresses.size() % 2 != 0) Word(0);
    return *this;
  }
  RawChunk& Hole() {
    Word(0);
    Word(0);
    return *this;
  }
  RawChunk& Word(std::uint64_t word) {
    for (int i = 0; i < 8; ++i) bytes_.push_back(static_cast<char>(word >> (8 * i)));
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

struct RawProcess {
  std::uint32_t image = 0;
  std::int32_t pid = 1;
  std::uint32_t parent_image = kNoImage;
  std::uint64_t fork_stamp = 0;
  std::uint64_t dropped = 0;
  std::vector<RawChunk> slots = {};
  std::vector<RawChunk> log = {};
  std::string modules = {};  // the .modules file; empty: there is none
};

// Writes the files of one process image into `folder` and returns the path of the .live file.
std::string WriteRawProcess(const std::string& folder, const RawProcess& process);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RAW_WRITER_H_
