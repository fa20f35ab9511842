// A planted bug, as its file tells it: what shipped, how it is made again in an allocator of ours,
// and the calls that show it.
//
//   id: 136
//   story: A sentence or two: what went wrong in the allocator that shipped it.
//   source: https://...
//   family: counters
//   variant: segregated_bins
//   verdict: index
//
//   edit: allocator/merging.h
//   <<<<
//   what stands there, exactly once
//   ====
//   what is to stand there instead
//   >>>>
//
//   witness:
//   alloclab trace text 1
//   ...
//
// `target: schedule` may stand with the fields: the bug is in what threads share, and `variant` is
// one of the heaps of fuzz/schedule/subjects.h. The witness is a threaded program with its schedule
// (fuzz/schedule/threaded_case.h).
//
// Edits may be several. The new text says planted::Reached() where the changed code runs, and
// planted::Triggered(when) where it first does something else than the code it replaces.

#ifndef ALLOCLAB_FUZZ_PLANTED_BUG_FILE_H_
#define ALLOCLAB_FUZZ_PLANTED_BUG_FILE_H_

#include <stdexcept>
#include <string>
#include <vector>

namespace alloclab::planted {

struct Edit {
  std::string file;  // from the root of the source tree
  std::string before;
  std::string after;
  int line = 0;  // of the bug's file, where it begins
};

struct Bug {
  std::string id;
  std::string story;
  std::string source;
  std::string family;
  std::string variant;
  std::string target;  // "schedule", or empty
  std::string verdict;
  std::vector<Edit> edits;
  std::string witness;  // trace text
};

// What is wrong with a bug's file, as a sentence that begins with its name and line.
class BugError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws BugError when something is missing or not understood.
Bug ParseBug(const std::string& name, const std::string& text);

// The text of `file` with the bug's edits to it. Throws BugError when an edit does not apply: the
// code has changed, and the bug has to follow.
std::string Plant(const std::string& name, const Bug& bug, const std::string& file,
                  std::string text);

}  // namespace alloclab::planted

#endif  // ALLOCLAB_FUZZ_PLANTED_BUG_FILE_H_
