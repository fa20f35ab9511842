// OpenTrace for bytes in memory: what the tests and the fuzz target read through.

#ifndef ALLOCLAB_TRACES_OPEN_TRACE_H_
#define ALLOCLAB_TRACES_OPEN_TRACE_H_

#include <memory>
#include <string>
#include <string_view>

#include "traces/trace_io.h"

namespace alloclab {

// Like OpenTrace; `bytes` outlives the reader and is called `name` in messages.
std::unique_ptr<TraceReader> OpenTraceBytes(const std::string& name, std::string_view bytes,
                                            const std::string& format = "");

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_OPEN_TRACE_H_
