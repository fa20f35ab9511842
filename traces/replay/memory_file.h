// Programs as memory files, which a fresh process inherits and maps.

#ifndef ALLOCLAB_TRACES_REPLAY_MEMORY_FILE_H_
#define ALLOCLAB_TRACES_REPLAY_MEMORY_FILE_H_

#include <cstddef>
#include <span>

namespace alloclab {

// A new memory file of these parts; returns its descriptor, which the caller closes and children
// inherit. Throws TraceError when there is no memory for it.
int WriteMemoryFile(std::span<const std::span<const std::byte>> parts);

// The whole file in `descriptor`, mapped to be read and brought into memory; empty when that cannot
// be done. Takes no memory from malloc.
std::span<const std::byte> MapWholeFile(int descriptor);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_MEMORY_FILE_H_
