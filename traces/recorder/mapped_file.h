// A file read through a mapping.

#ifndef ALLOCLAB_TRACES_RECORDER_MAPPED_FILE_H_
#define ALLOCLAB_TRACES_RECORDER_MAPPED_FILE_H_

#include <cstddef>
#include <span>
#include <string>

namespace alloclab::recorder {

class MappedFile {
 public:
  // Maps at most the first `bytes_max` bytes. Throws TraceError when there is no such file or it
  // cannot be mapped. The file must not be cut while it is mapped.
  MappedFile(const std::string& path, std::size_t bytes_max);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::span<const std::byte> bytes_;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_MAPPED_FILE_H_
