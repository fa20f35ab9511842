// A file that appears whole or not at all: written under a temporary name in the target's folder
// and renamed by Commit. What is no regular file (a pipe, /dev/null) and standard output ("-") are
// written directly.

#ifndef ALLOCLAB_TRACES_OUTPUT_FILE_H_
#define ALLOCLAB_TRACES_OUTPUT_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace alloclab {

class OutputFile {
 public:
  // Throws TraceError when the file cannot be made, before anything is written.
  explicit OutputFile(const std::string& path);
  // Removes the temporary file unless Commit was called.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Appends; throws TraceError, e.g. when the disk is full.
  void Write(std::string_view bytes);
  // Writes out what is buffered, closes, and gives the file its name.
  void Commit();

  const std::string& name() const { return name_; }
  // Bytes given to Write so far.
  std::uint64_t bytes() const { return bytes_; }

 private:
  void Flush();
  [[noreturn]] void RefuseToWrite(int error) const;

  std::string name_;       // in messages
  std::string target_;     // with symbolic links followed; empty when written directly
  std::string temporary_;  // empty when written directly
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
  std::string buffer_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_OUTPUT_FILE_H_
