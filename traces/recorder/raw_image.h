// The raw files of one process image, put in order: which runs of records belong to which thread.
//
// Opening costs one pass over the files. Memory is one small entry for each run (thousands of
// records), and a copy of the slots when the process is still running and writing to them.

#ifndef ALLOCLAB_TRACES_RECORDER_RAW_IMAGE_H_
#define ALLOCLAB_TRACES_RECORDER_RAW_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "traces/recorder/mapped_file.h"
#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

// What the header of a .live file says.
struct ImageFacts {
  std::string path;  // of the .live file
  std::uint32_t image = 0;
  std::int32_t pid = 0;
  std::uint32_t parent_image = kNoImage;
  std::uint64_t fork_stamp = 0;
  std::uint64_t start_wall_ns = 0;  // since 1970, UTC
  std::uint64_t dropped = 0;
  std::uint64_t nested = 0;
  std::size_t live_bytes = 0;  // header and slots in use
  std::string program;
  std::vector<std::string> arguments;
  bool arguments_cut = false;
};

// Reads the header. None when its process has not come to the end of making it, and so has recorded
// nothing. Throws TraceError when it is not one.
std::optional<ImageFacts> ReadImageFacts(const std::string& live_path);

class RawImage {
 public:
  // The records of one thread, in program order.
  using Runs = std::vector<std::span<const std::byte>>;

  // Throws TraceError on malformed files, naming the place. `still_running`: the process may be
  // writing while this reads.
  RawImage(const ImageFacts& facts, bool still_running);

  const ImageFacts& facts() const { return facts_; }
  const std::vector<Runs>& threads() const { return threads_; }
  // Records other than those that name a thread.
  std::uint64_t records() const { return records_; }
  // Records that were begun in the .log file and not ended: the disk was full.
  std::uint64_t cut() const { return cut_; }

 private:
  struct Run {
    std::uint64_t thread;
    std::uint64_t stamp;
    std::size_t number;  // as they lie in the files
    std::span<const std::byte> bytes;
  };

  void CopySlots();
  void AddSlots(std::vector<std::uint64_t>& chunks);
  void AddLog(const std::string& path, const std::vector<std::uint64_t>& chunks_in_slots);
  void AddChunk(std::span<const std::byte> chunk, const std::string& path, std::size_t offset);
  void SortRuns();

  ImageFacts facts_;
  MappedFile live_;
  std::unique_ptr<MappedFile> log_;
  std::vector<std::byte> copy_;
  std::span<const std::byte> slots_;
  std::vector<Run> runs_;
  std::vector<Runs> threads_;
  std::uint64_t records_ = 0;
  std::uint64_t cut_ = 0;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RAW_IMAGE_H_
