// The stacks of a table without its numbers, which another table of the same sites need not share.

#ifndef ALLOCLAB_TRACES_SITES_STACKS_H_
#define ALLOCLAB_TRACES_SITES_STACKS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "traces/sites/site_table.h"

namespace alloclab {

// The texts are the table's, which must live as long.
struct StackPlace {
  bool is_in_module = false;
  std::string_view path;
  std::string_view build_id;
  std::uint64_t address = 0;

  friend bool operator==(const StackPlace&, const StackPlace&) = default;
};

using Stack = std::vector<StackPlace>;

inline std::vector<Stack> StacksOf(const SiteTable& table) {
  std::vector<Stack> stacks;
  for (const std::vector<std::uint32_t>& site : table.sites) {
    Stack& stack = stacks.emplace_back();
    for (const std::uint32_t frame : site) {
      const CodePlace& place = table.frames[frame];
      StackPlace& named = stack.emplace_back();
      named.address = place.address;
      if (place.module == kNoModule) continue;
      const CodeModule& module = table.modules[place.module];
      named = {true, module.path, module.build_id, place.address};
    }
  }
  return stacks;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SITES_STACKS_H_
