// The one file in a zip archive, read front to back, so that a pipe will do:
//
//     local header  name  extra  data  [descriptor]     directories (names that end in /) are
//     central header  name  extra  comment              skipped; a second file is refused, since
//     ...                                               nobody said which one is meant
//     end of the central directory
//
// Known: data stored or deflated; sizes in the local header, in its extra field (zip64, for large
// files and those of unknown size), or in a descriptor behind the data (when the archive was
// written to a pipe). Refused with a sentence: encryption and other methods. The data's size and
// CRC-32 must be what the archive says, and the central directory must follow.
//
// Format: PKWARE's APPNOTE.TXT.

#ifndef ALLOCLAB_TRACES_IMPORT_ZIP_ENTRY_H_
#define ALLOCLAB_TRACES_IMPORT_ZIP_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "traces/byte_source.h"
#include "traces/import/inflate.h"

namespace alloclab {

class ZipEntry {
 public:
  // Reads up to the data of the first file. Throws TraceError.
  explicit ZipEntry(std::unique_ptr<ByteSource> source);

  // With bytes that a terminal would act on replaced by '?'.
  const std::string& name() const { return name_; }
  // Puts up to `count` bytes of the file at `into`; 0 at its end, after the checks. Throws
  // TraceError.
  std::size_t Read(char* into, std::size_t count);

 private:
  struct LocalHeader {
    std::string name;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint64_t stored_bytes = 0;
    std::uint64_t bytes = 0;
    bool IsFolder() const { return name.ends_with('/'); }
  };

  LocalHeader ReadLocalHeader();
  // The sizes that the extra field of a zip64 header has.
  void ReadLargeSizes(std::string_view extra, LocalHeader& header) const;
  void BeginData(const LocalHeader& header);
  void CheckData();
  void ReadDescriptor();
  void CheckWhatFollows();
  bool NextIs(std::string_view signature);
  // `count` bytes, taken.
  std::string Take(std::size_t count);
  [[noreturn]] void Refuse(const std::string& why) const;

  const std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::optional<Inflate> inflate_;  // empty for stored data
  std::uint64_t stored_left_ = 0;
  bool has_descriptor_ = false;
  bool ended_ = false;
  // What the archive says of the data, and what the data was.
  std::uint32_t crc_said_ = 0;
  std::uint64_t bytes_said_ = 0;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_ZIP_ENTRY_H_
