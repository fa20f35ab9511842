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
  // `maps_path` is the image's .maps file; without one every frame is of no module. Throws
  // TraceError when it is malformed.
  explicit CallSites(const std::string& maps_path);

  // Counts an allocation made from `frames` (return addresses as the raw record has them), and
  // returns the number of its call site: 0 before Describe(), and for one that found no room.
  std::uint32_t Take(std::span<const std::byte> frames, std::uint64_t stamp);

  // Numbers the sites seen so far, the busiest first, and adds their table to the metadata, of
  // which `bytes` bytes are to spare.
  void Describe(std::size_t bytes, Metadata& metadata);

 private:
  struct Mapping {
    std::uint64_t begin;
    std::uint64_t end;
    std::uint64_t base;  // where the first byte of the file lies
    std::uint32_t module;
  };
  struct Snapshot {
    std::uint64_t stamp;
    std::vector<Mapping> mappings;  // of code, by address
  };
  struct Site {
    std::vector<std::uint32_t> stack;  // numbers of frames
    std::uint64_t count = 0;
    std::uint32_t number = 0;
  };

  void ReadMaps(const std::string& path);
  std::uint32_t ModuleOf(const std::string& path);
  std::size_t SnapshotAt(std::uint64_t stamp);
  std::uint32_t FrameOf(std::uint64_t return_address, const Snapshot* snapshot);
  std::size_t SiteOf(const std::vector<std::uint32_t>& stack);

  std::vector<Snapshot> snapshots_;
  std::map<std::string, std::uint32_t> module_numbers_;
  std::map<CodePlace, std::uint32_t> frame_numbers_;
  std::map<std::vector<std::uint32_t>, std::size_t> site_indices_;
  // What is mapped when, and the addresses as bytes: sites_'s index. Nearly all are found here.
  std::unordered_map<std::string, std::size_t> seen_;
  std::string key_;
  std::size_t snapshot_ = 0;  // of the last look
  SiteTable table_;           // its sites are those of sites_, by number, after Describe()
  std::vector<Site> sites_;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_CALL_SITES_H_
