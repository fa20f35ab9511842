// Bytes made smaller by zlib, and bytes as text: what the page and the pictures are packed with.

#ifndef ALLOCLAB_BENCH_HEAPMAP_DEFLATE_H_
#define ALLOCLAB_BENCH_HEAPMAP_DEFLATE_H_

#include <string>
#include <string_view>

namespace alloclab {

// `bytes` in the zlib format (RFC 1950), which browsers call "deflate". Throws std::bad_alloc.
std::string Deflate(std::string_view bytes);

// `bytes` in base64 (RFC 4648), padded.
std::string Base64(std::string_view bytes);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_DEFLATE_H_
