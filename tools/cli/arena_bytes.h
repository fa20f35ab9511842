// The arena of a checked replay.

#ifndef ALLOCLAB_TOOLS_CLI_ARENA_BYTES_H_
#define ALLOCLAB_TOOLS_CLI_ARENA_BYTES_H_

#include <cstddef>
#include <string>

#include "traces/trace_io.h"

namespace alloclab::cli {

// Bytes of the arena for `trace`: `given`, where it is not 0; else as the trace's metadata says, so
// that a fuzzer's case runs out of memory at the same call; else 1 GiB. Throws TraceError when that
// is no size for an arena.
std::size_t ArenaBytes(const std::string& trace, std::size_t given, const Metadata& metadata);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_ARENA_BYTES_H_
