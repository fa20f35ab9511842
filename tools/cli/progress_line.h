// The line on standard error that says how far something has come, and is written over; only on a
// terminal. It is gone with this object, so that what follows begins on a line of its own.

#ifndef ALLOCLAB_TOOLS_CLI_PROGRESS_LINE_H_
#define ALLOCLAB_TOOLS_CLI_PROGRESS_LINE_H_

#include "bench/process/progress.h"

namespace alloclab::cli {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Empty where there is no terminal.
  Progress::Show show() const;

 private:
  const bool terminal_;
};

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PROGRESS_LINE_H_
