// The folder of the raw files for the length of a recording. It goes away with this object,
// whatever happened meanwhile.

#ifndef ALLOCLAB_TRACES_RECORDER_RAW_FOLDER_H_
#define ALLOCLAB_TRACES_RECORDER_RAW_FOLDER_H_

#include <cstdint>
#include <string>

#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

class RawFolder {
 public:
  // Makes `path`, which must not exist, and the run file in it. The recording may take nine tenths
  // of what is free on that file system, and on a file system in memory no more than half of the
  // memory that is available; at most `max_bytes`, whatever there is. `exact_stamps` and
  // `site_depth`: as in RunHeader. Throws TraceError.
  explicit RawFolder(const std::string& path, std::uint64_t max_bytes = UINT64_MAX,
                     bool exact_stamps = false, std::uint32_t site_depth = 0);
  ~RawFolder();
  RawFolder(const RawFolder&) = delete;
  RawFolder& operator=(const RawFolder&) = delete;

  const std::string& path() const { return path_; }
  // Processes that found no room for their files.
  std::uint32_t images_lost() const;
  // What all processes of the recording share.
  RunHeader& run() const { return *run_; }

 private:
  void MakeRunFile(std::uint64_t max_bytes, bool exact_stamps, std::uint32_t site_depth);

  std::string path_;
  RunHeader* run_ = nullptr;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RAW_FOLDER_H_
