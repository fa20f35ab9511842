// From the raw files of one recording to its traces, one for each process image.
//
// The last image of the program that was started goes to F, the output; any other (a child, or what
// a process was before an exec) goes to F with .1, .2, ... before the extension, in order of start,
// if it made any calls. A child forked without exec starts from what its parent had live at the
// fork, so it is merged from inside its parent's merge. Each image is read twice: what was lost
// must be known before the first byte of the trace, which says so, is written.

#ifndef ALLOCLAB_TRACES_RECORDER_MERGE_H_
#define ALLOCLAB_TRACES_RECORDER_MERGE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "traces/recorder/image_merge.h"
#include "traces/trace_io.h"

namespace alloclab::recorder {

struct MergeOptions {
  std::string folder;           // of the raw files
  std::string output;           // F
  std::int32_t pid = 0;         // of the program that was started
  bool keep_children = true;    // false: only F is written
  std::uint64_t time_step = 0;  // as ImageMerge takes it
  // How often the recording was paused. What the program did meanwhile is missing and does not make
  // a trace tainted, for somebody has asked for it; the metadata says what was made of it.
  std::uint32_t pauses = 0;
  Metadata metadata;       // for every trace
  Metadata main_metadata;  // for F
  // Opens a trace for writing, e.g. by CreateTrace.
  std::function<std::unique_ptr<TraceWriter>(const std::string& path, const Metadata&)> create;
  // Set to give up: the merge throws TraceError and leaves no unfinished trace. May be null.
  const std::atomic<bool>* stop = nullptr;
};

struct ImageSummary {
  std::int32_t pid = 0;
  std::string program;
  bool is_main = false;
  std::uint64_t calls = 0;   // records; 0: nothing was written
  std::uint64_t events = 0;  // in the trace, with those for inherited blocks and threads
  MergeCounts counts;
  std::string tainted;  // a sentence, or empty
  std::string file;     // empty: not written
};

// One entry for each image, in order of start. Throws TraceError.
std::vector<ImageSummary> MergeRecording(const MergeOptions& options);

// "dir/name.ext" and 2 give "dir/name.2.ext".
std::string NumberedPath(const std::string& path, int number);

// What makes a trace differ from what the program did, as a sentence; empty when nothing does.
std::string TaintSentence(const ImageFacts& facts, std::uint64_t cut, const MergeCounts& counts,
                          bool parent_known);

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_MERGE_H_
