// From one form to another, or into the same form with other options.

#ifndef ALLOCLAB_TRACES_CONVERT_H_
#define ALLOCLAB_TRACES_CONVERT_H_

#include <cstdint>

#include "traces/trace_io.h"

namespace alloclab {

// Copies what is left of `reader` to `writer` and finishes it; the writer was created with the
// metadata of the reader. Returns the number of events. Throws TraceError, and then the writer
// leaves no file behind.
std::uint64_t CopyTrace(TraceReader& reader, TraceWriter& writer);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_CONVERT_H_
