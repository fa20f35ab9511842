// Names for the frames of call sites: functions and lines, from the symbols of the files that were
// code when the trace was made. llvm-symbolizer looks them up.

#ifndef ALLOCLAB_TRACES_SITES_SYMBOLIZER_H_
#define ALLOCLAB_TRACES_SITES_SYMBOLIZER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "traces/sites/site_table.h"

namespace alloclab {

struct FrameNames {
  // One a frame asked for: "function (file:line)", "function", or "file+0xoffset" where nothing
  // better is known. Where calls were inlined, "inner, inlined in outer".
  std::vector<std::string> names;
  std::string note;  // a sentence about what is not named, and why; empty: nothing
};

// Names `frames`, numbers of frames of the table. A file that is another build than the recorded
// one names nothing.
FrameNames NameFrames(const SiteTable& table, const std::vector<std::uint32_t>& frames);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SITES_SYMBOLIZER_H_
