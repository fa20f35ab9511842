// Makes the checksums of a mutated archive right again, so that fuzzing gets past them.

#ifndef ALLOCLAB_TRACES_ARCHIVE_SEAL_H_
#define ALLOCLAB_TRACES_ARCHIVE_SEAL_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace alloclab {

// Overwrites, in an archive's bytes (FORMAT.md), every checksum that lies in them by the one
// that its reader expects; and what block headers and the index tell of the blocks before them by
// what these are. Bytes that are no archive, or from where they are none any more, stay as they
// are. O(bytes).
void SealArchive(std::span<std::uint8_t> bytes);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_ARCHIVE_SEAL_H_
