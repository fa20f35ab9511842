// Makes what a heap holds the same in every run.
//
// A page source may grow from one huge page to the next (MmapPages does), and how far that is
// depends on where the system put the heap: with random addresses, the peak of one heap differs by
// a mebibyte from run to run. The system places a large mapping right below all others, so the end
// of these is brought to a boundary that all such sizes have in common.

#ifndef ALLOCLAB_BENCH_WORKER_PLACE_MAPPINGS_H_
#define ALLOCLAB_BENCH_WORKER_PLACE_MAPPINGS_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace alloclab {

// Called when everything but the heap is mapped. Where the system refuses, or places mappings
// otherwise, nothing is lost but the sameness.
inline void PlaceMappings() noexcept {
  constexpr std::size_t kBoundaryBytes = std::size_t{2} << 20;
  // More than fits between two libraries. Not a whole number of huge pages: newer systems move
  // those, and leave a gap.
  constexpr std::size_t kProbeBytes = (std::size_t{1} << 30) + 4096;
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void* probe = mmap(nullptr, kProbeBytes, PROT_NONE, kFlags, -1, 0);
  if (probe == MAP_FAILED) return;
  munmap(probe, kProbeBytes);
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(probe) + kProbeBytes;
  const std::uintptr_t beyond = end % kBoundaryBytes;
  if (beyond == 0) return;
  mmap(static_cast<std::byte*>(probe) + (kProbeBytes - beyond), beyond, PROT_NONE,
       kFlags | MAP_FIXED_NOREPLACE, -1, 0);
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_PLACE_MAPPINGS_H_
