// How much anonymous memory this process has resident, asked without malloc.

#ifndef ALLOCLAB_TRACES_REPLAY_RESIDENT_H_
#define ALLOCLAB_TRACES_REPLAY_RESIDENT_H_

#include <cstdint>
#include <string_view>

namespace alloclab {

// Reads the line "Anonymous:" of /proc/self/smaps_rollup: what an allocator's mappings and the
// break hold, without files and shared memory. RssAnon of /proc/self/status means the same but is
// counted in batches per processor, which was seen to be 40 KiB off in a process of 150 KiB; this
// one walks the page tables and is exact, and so costs time in proportion to the resident pages.
class ResidentProbe {
 public:
  ResidentProbe();
  ~ResidentProbe();
  ResidentProbe(const ResidentProbe&) = delete;
  ResidentProbe& operator=(const ResidentProbe&) = delete;

  // Whether the kernel offers the file at all.
  bool works() const { return descriptor_ >= 0; }

  // Resident anonymous bytes now, or 0 when they cannot be read. Async-signal-safe.
  std::uint64_t Bytes() const noexcept;

 private:
  int descriptor_;
};

// The number of the line `key` ("VmData:", ...) of a /proc file of the form "key   123 kB", in
// bytes, or 0 when there is no such line. Reads at most the first 4 KiB.
std::uint64_t ProcBytes(int descriptor, std::string_view key) noexcept;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_RESIDENT_H_
