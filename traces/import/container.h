// What other tools' recordings come packed in: a zip archive with one file in it (Android's
// traces), gzip and zstd (heaptrack's). Told from the first bytes, unpacked while it is read.
//
//     bytes --> zip: one entry, stored or deflate   --> bytes of the recording
//     bytes --> gzip: members, one after the other  -->
//     bytes --> zstd: frames, one after the other   -->
//
// One layer: a container inside a container is refused by whoever reads what comes out. Memory is
// the window of the compression (deflate 32 KiB; zstd at most 128 MiB, and only when a frame of
// that size says so) and never the size that a header promises.

#ifndef ALLOCLAB_TRACES_IMPORT_CONTAINER_H_
#define ALLOCLAB_TRACES_IMPORT_CONTAINER_H_

#include <memory>
#include <string_view>

#include "traces/byte_source.h"

namespace alloclab {

enum class Container { kNone, kZip, kGzip, kZstd };

// Enough of a file to tell.
inline constexpr std::size_t kContainerMagicBytes = 4;

Container ContainerOf(std::string_view begin);

// The bytes packed in `source`, or `source` itself when it is no container. Throws TraceError, and
// so does reading from the result, where the container is cut, damaged or of a kind that is not
// known. A checksum is compared when the last byte has been read.
std::unique_ptr<ByteSource> Unpack(std::unique_ptr<ByteSource> source);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_CONTAINER_H_
