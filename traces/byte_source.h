// Bytes read in order from a file, standard input, memory or a stream that makes them (an
// unpacker), with a look ahead. Memory: one buffer of kBufferBytes, whatever the size of the file.

#ifndef ALLOCLAB_TRACES_BYTE_SOURCE_H_
#define ALLOCLAB_TRACES_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alloclab {

class ByteSource {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

  // Opens `path`; "-" is standard input. Throws TraceError with the reason and the mend, in which
  // the file is called "the `what`".
  static std::unique_ptr<ByteSource> Open(const std::string& path, std::string_view what = "trace");
  // Reads `bytes`, which must outlive the source and are called `name` in messages.
  static std::unique_ptr<ByteSource> FromBytes(const std::string& name, std::string_view bytes);

  // Puts at most `count` bytes at `into` and returns how many; 0 at the end, then again and again.
  using Stream = std::function<std::size_t(char* into, std::size_t count)>;
  // Reads what `stream` makes, called `name` in messages.
  static std::unique_ptr<ByteSource> FromStream(const std::string& name, Stream stream);

  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  const std::string& name() const { return name_; }
  std::uint64_t offset() const { return offset_; }
  // Bytes of the whole input, 0 when that is not known (a pipe).
  std::uint64_t bytes_total() const { return total_.value_or(0); }
  // Whether whoever opened it can do so again and gets the same: a regular file, or memory. (The
  // size of these is known.)
  bool CanBeOpenedAgain() const { return total_.has_value(); }
  // Whether fewer than `bytes` bytes are left, as far as the size of the input is known (a regular
  // file or memory): for refusing a declared size before anything is allocated for it.
  bool SurelyEndsWithin(std::uint64_t bytes) const;

  // The next `count` bytes (at most kBufferBytes) without taking them; fewer only at the end.
  std::string_view Peek(std::size_t count);
  // All that Peek has brought so far.
  std::string_view Ahead() const { return ahead_; }
  // Takes up to `count` bytes into `into`; fewer only at the end. Throws TraceError when the system
  // cannot read.
  std::size_t Read(char* into, std::size_t count);
  // Takes up to `count` bytes and forgets them; fewer only at the end.
  std::uint64_t Skip(std::uint64_t count);
  // Goes to a place counted from the beginning, of a source that CanBeOpenedAgain. Throws
  // TraceError when the system cannot.
  void MoveTo(std::uint64_t offset);

 private:
  ByteSource(std::string name, int descriptor, std::optional<std::uint64_t> total)
      : name_(std::move(name)), descriptor_(descriptor), total_(total) {}

  void Fill();  // Moves what is buffered to the front and reads more behind it.
  void Take(std::size_t count);

  const std::string name_;
  const int descriptor_;                      // -1 for memory and streams
  const std::optional<std::uint64_t> total_;  // bytes of the whole input, where known
  Stream stream_;                             // empty for all but streams
  std::string_view memory_;                   // all of it, for memory
  std::uint64_t offset_ = 0;
  std::string_view ahead_;  // read and not yet taken
  std::vector<char> buffer_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_BYTE_SOURCE_H_
