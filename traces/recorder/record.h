// Recording a program: runs it with liballoclab_record.so in front of its allocator, and turns what
// it did into traces.

#ifndef ALLOCLAB_TRACES_RECORDER_RECORD_H_
#define ALLOCLAB_TRACES_RECORDER_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "traces/recorder/merge.h"

namespace alloclab::recorder {

struct RecordOptions {
  std::string output;             // F: ends in .alt or .txt
  std::vector<std::string> argv;  // the program, looked up in PATH, and its arguments
  std::string preload_library;    // path of liballoclab_record.so
  // Where the raw files go while the program runs, in a folder of their own; empty: beside the
  // output. A folder in memory (/dev/shm) spares the disk; see RawFolder for its limit.
  std::string raw_folder;
  bool keep_children = true;  // false: only F is written
  // Nothing is recorded before the first SIGUSR1 that this process gets; each one turns over
  // whether anything is.
  bool start_paused = false;
  std::uint64_t max_raw_bytes = UINT64_MAX;  // of raw records, 16 bytes for most calls
  int zstd_level = 3;
  // Above 0, each event gets a time, rounded down to at most this: the finer, the larger the trace.
  double time_resolution_ns = 0;
  // Above 0, each allocation gets its call site: up to so many frames, the innermost first.
  std::uint32_t site_depth = 0;
};

struct RecordResult {
  int exit_code = 0;  // of the program; 128 + n when signal n ended it, as in a shell
  int signal = 0;     // 0: it ended by itself
  double run_seconds = 0;
  double merge_seconds = 0;
  std::vector<ImageSummary> images;   // in order of start
  std::vector<std::string> warnings;  // sentences
};

// Runs the program to its end, forwarding SIGINT, SIGTERM, SIGHUP and SIGQUIT that were sent to
// this process, and writes the traces. The raw files are gone afterwards. Throws TraceError, in
// a sentence, when the program cannot be started, nothing of it could be recorded, or a signal came
// during the merge. One call at a time: it sets signal handlers, and puts them back.
RecordResult Record(const RecordOptions& options);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RECORD_H_
