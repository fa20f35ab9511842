// TaggedBlock: the boundary-tag layout (Knuth, TAOCP 1, 2.5 C; as refined by Lea's dlmalloc) as a
// vocabulary of small functions. A block starts with its tag and is read in both directions:
//
//     used   | tag | payload ............................ |
//     free   | tag | next | prev | ............... | size |   <- footer: the same size again
//            ^ header, at 8 mod 16                         ^ the next block's header
//
//   tag = size in bytes, header included, a multiple of 16, with four flags in the low bits:
//     used         this block is handed out, or quick
//     prev used    the block before is used (or there is none): its footer is payload then
//     region start no block lies before this one
//     quick        this block was freed and is still to be merged (merging.h); it is `used`, too
//
// Invariants: the footer of a free block repeats its size, and the flag "prev used" of the block
// after agrees with "used" here. So a used block costs 8 bytes, and both neighbours of any block
// are found in O(1). A region ends with a sentinel: a used tag of size 0, which no merge can pass.

#ifndef ALLOCLAB_ALLOCATOR_TAGGED_BLOCK_H_
#define ALLOCLAB_ALLOCATOR_TAGGED_BLOCK_H_

#include <cstddef>
#include <cstdint>

namespace alloclab {

struct TaggedBlock {
  static constexpr std::size_t kHeaderBytes = sizeof(std::size_t);
  static constexpr std::size_t kUnitBytes = 16;
  static constexpr std::size_t kMinBytes = 32;  // tag, two links, footer

  static constexpr std::size_t kUsed = 1;
  static constexpr std::size_t kPrevUsed = 2;
  static constexpr std::size_t kRegionStart = 4;
  static constexpr std::size_t kQuick = 8;
  static constexpr std::size_t kFlags = kUnitBytes - 1;

  std::size_t tag;
  // Only while the block is free and in an index, or (the first) on a quick list.
  TaggedBlock* next_free;
  TaggedBlock* prev_free;

  // Bytes of the block that serves a request of n bytes; n is at most kMaxRequestBytes.
  static constexpr std::size_t BytesFor(std::size_t n) {
    const std::size_t bytes = (n + kHeaderBytes + kUnitBytes - 1) & ~(kUnitBytes - 1);
    return bytes < kMinBytes ? kMinBytes : bytes;
  }

  static TaggedBlock* At(void* address) { return static_cast<TaggedBlock*>(address); }
  static TaggedBlock* FromPayload(void* payload) {
    return At(static_cast<std::byte*>(payload) - kHeaderBytes);
  }
  static const TaggedBlock* FromPayload(const void* payload) {
    return FromPayload(const_cast<void*>(payload));
  }

  std::size_t size() const { return tag & ~kFlags; }
  std::size_t usable() const { return size() - kHeaderBytes; }
  bool used() const { return (tag & kUsed) != 0; }
  bool prev_used() const { return (tag & kPrevUsed) != 0; }
  bool region_start() const { return (tag & kRegionStart) != 0; }
  bool quick() const { return (tag & kQuick) != 0; }
  bool is_sentinel() const { return size() == 0; }

  std::byte* begin() { return reinterpret_cast<std::byte*>(this); }
  const std::byte* begin() const { return reinterpret_cast<const std::byte*>(this); }
  std::byte* payload() { return begin() + kHeaderBytes; }
  const std::byte* payload() const { return begin() + kHeaderBytes; }

  // The block `bytes` further on, whether or not there is one yet.
  TaggedBlock* After(std::size_t bytes) { return At(begin() + bytes); }
  TaggedBlock* Next() { return After(size()); }
  const TaggedBlock* Next() const { return const_cast<TaggedBlock*>(this)->Next(); }
  // The block before; only when it is free, for only then is there a footer.
  TaggedBlock* Prev() { return At(begin() - *FooterBefore()); }
  const TaggedBlock* Prev() const { return const_cast<TaggedBlock*>(this)->Prev(); }

  // The last word of the block before this one.
  std::size_t* FooterBefore() { return &tag - 1; }
  const std::size_t* FooterBefore() const { return const_cast<TaggedBlock*>(this)->FooterBefore(); }

  // Makes this a free block of `bytes`: tag, footer, and the flag in the block after. The block
  // before is used (two free neighbours would have been merged). `start` is kRegionStart or 0.
  void WriteFree(std::size_t bytes, std::size_t start) {
    tag = bytes | kPrevUsed | start;
    TaggedBlock* next = After(bytes);
    *next->FooterBefore() = bytes;
    next->tag &= ~kPrevUsed;
  }

  // Makes this a used block of `bytes`; `flags` are kPrevUsed and kRegionStart as they apply.
  void WriteUsed(std::size_t bytes, std::size_t flags) {
    tag = bytes | kUsed | flags;
    After(bytes)->tag |= kPrevUsed;
  }

  // Ends a region here. The block before is used until WriteFree says otherwise.
  void WriteSentinel() { tag = kUsed | kPrevUsed; }
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_TAGGED_BLOCK_H_
