// The call sites of one process image: return addresses become places in files, and stacks become
// numbers.

#ifndef ALLOCLAB_TRACES_RECORDER_CALL_SITES_H_
#define ALLOCLAB_TRACES_RECORDER_CALL_SITES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "traces/sites/site_table.h"

namespace alloclab::recorder {

class CallSites {
 public:
  // `modules_path` is the image's .modules file; without one every frame is of no module. Throws
  // TraceError when it is malformed.
  explicit CallSites(const std::string& modules_path);

  // Counts an allocation made from `frames` (return addresses as the raw record has them), and
  // returns the number of its call site: 0 before Describe(), and for one that found no room.
  std::uint32_t Take(std::span<const std::byte> frames, std::uint64_t stamp);

  // Numbers the sites seen so far, the busiest first, and adds their table to the metadata, of
  // which `bytes` bytes are to spare.
  void Describe(std::size_t bytes, Metadata& metadata);

 private:
  // Of more different stacks, which no table has room for, the later ones are not told apart.
  static constexpr std::size_t kMaxSites = std::size_t{1} << 18;

  struct Mapping {
    std::uint64_t stamp;  // of when it was first seen
    std::uint64_t begin;
    std::uint64_t end;
    std::uint64_t moved_by;
    std::uint32_t module;
  };
  struct Site {
    std::uint64_t count = 0;
    std::uint32_t number = 0;
  };

  void ReadModules(const std::string& path);
  std::uint32_t ModuleOf(const std::string& path);
  std::size_t EpochAt(std::uint64_t stamp);
  std::uint32_t FrameOf(std::uint64_t return_address, std::uint64_t stamp);
  std::size_t SiteOf(std::span<const std::byte> frames, std::uint64_t stamp);

  std::vector<Mapping> mappings_;      // by stamp
  std::vector<std::uint64_t> epochs_;  // stamps at which code took the place of other code
  std::size_t epoch_ = 0;              // of the last look
  std::unordered_map<std::string, std::uint32_t> module_numbers_;
  std::map<CodePlace, std::uint32_t> frame_numbers_;
  // By the bytes of the frames' numbers, and of the return addresses in their epoch: nearly all are
  // found here.
  std::unordered_map<std::string, std::size_t> by_frames_;
  std::unordered_map<std::string, std::size_t> by_addresses_;
  std::string key_;
  SiteTable table_;  // its sites are as sites_, until Describe() puts them in order
  std::vector<Site> sites_;
  std::uint64_t untold_ = 0;  // allocations from stacks that are not told apart
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_CALL_SITES_H_
