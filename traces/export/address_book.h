// Addresses for a trace, which has none: where an allocator might have put each block.
//
// Formats of other tools name blocks by address. Ours come from a made-up heap of the usual kind:
// sizes rounded to 16 bytes with a header's room, freed blocks of a size handed out again, the last
// one first, everything else from the end. So addresses repeat as in a recording, and a file is of
// the size, and compresses to the size, that one would have.

#ifndef ALLOCLAB_TRACES_EXPORT_ADDRESS_BOOK_H_
#define ALLOCLAB_TRACES_EXPORT_ADDRESS_BOOK_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "traces/event.h"
#include "traces/live_table.h"

namespace alloclab {

class AddressBook {
 public:
  // Where an event finds its block and where it leaves it; 0 stands for no block.
  struct Places {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };

  // Follows an event that can happen (its id filled in). O(log(sizes)). Memory: the live set and
  // the most blocks ever live of each size.
  Places Follow(const Event& event);

 private:
  // What tells blocks apart that cannot stand in for each other: bytes and alignment.
  using Shape = std::pair<std::uint64_t, std::uint64_t>;
  struct Block {
    std::uint64_t address = 0;
    Shape shape;
    friend bool operator==(const Block&, const Block&) = default;
  };

  static Shape ShapeFor(const Event& event);
  std::uint64_t Make(const Shape& shape);

  LiveTable<Block> live_;
  std::map<Shape, std::vector<std::uint64_t>> free_;
  std::uint64_t end_ = std::uint64_t{0x5581} << 32;  // where programs' heaps begin on x86-64
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_ADDRESS_BOOK_H_
