// Rows 13 to 15, 17 and 41: the header of a boundary-tag block. Its words are held against numbers
// put together here, and in a heap against the walk's and the test's own books.

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

// Row 17.
TEST(TaggedBlock, SizesRoundUpToTheUnit) {
  for (std::size_t n = 0; n < 5000; ++n) {
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    ASSERT_EQ(bytes % 16, 0u);
    ASSERT_GE(bytes, n + TaggedBlock::kHeaderBytes);
    ASSERT_LT(bytes, std::max<std::size_t>(n + TaggedBlock::kHeaderBytes, 17) + 16);
  }
  EXPECT_GT(TaggedBlock::BytesFor(kMaxRequestBytes), kMaxRequestBytes);  // no wrap
}

// Row 14: every size that fits in a word, with every set of flags.
TEST(TaggedBlock, ATagKeepsSizeAndFlagsApart) {
  std::vector<std::size_t> sizes;
  for (std::size_t bytes = 0; bytes <= (1 << 16); bytes += 16) sizes.push_back(bytes);
  for (unsigned log = 17; log < 64; ++log) {
    for (const std::size_t bytes : {(std::size_t{1} << log) - 16, std::size_t{1} << log}) {
      sizes.push_back(bytes);
    }
  }
  sizes.push_back(SIZE_MAX - 15);
  for (const std::size_t bytes : sizes) {
    for (const bool used : {false, true}) {
      for (const bool prev_used : {false, true}) {
        for (const unsigned rest : {0u, 4u, 8u, 12u}) {
          TaggedBlock block{};
          block.tag = bytes + (used ? 1 : 0) + (prev_used ? 2 : 0) + rest;
          ASSERT_EQ(block.size(), bytes);
          ASSERT_EQ(block.used(), used) << bytes;
          ASSERT_EQ(block.prev_used(), prev_used) << bytes;
          ASSERT_EQ(block.region_start(), (rest & 4) != 0) << bytes;
          ASSERT_EQ(block.quick(), (rest & 8) != 0) << bytes;
          ASSERT_EQ(block.is_sentinel(), bytes == 0);
        }
      }
    }
  }
}

// Row 15: whatever its size, a free block is reached from the block after it by one look.
TEST(TaggedBlock, WritingKeepsBothNeighboursInReach) {
  std::vector<std::byte> memory(4096 + 64);
  std::byte* at = memory.data() + (16 - reinterpret_cast<std::uintptr_t>(memory.data()) % 16) + 8;
  TaggedBlock* block = TaggedBlock::At(at);
  for (std::size_t bytes = 32; bytes <= 4000; bytes += 16) {
    for (const std::size_t start : {std::size_t{0}, TaggedBlock::kRegionStart}) {
      auto* next = TaggedBlock::At(at + bytes);
      next->tag = 48 | TaggedBlock::kUsed | TaggedBlock::kPrevUsed;
      block->WriteFree(bytes, start);
      ASSERT_EQ(block->tag, bytes | 2 | start);
      ASSERT_EQ(next->tag, 48u | 1);  // its flag "previous used" alone has changed
      ASSERT_EQ(block->Next(), next);
      ASSERT_EQ(next->Prev(), block);
      std::size_t footer = 0;
      std::memcpy(&footer, at + bytes - 8, sizeof(footer));
      ASSERT_EQ(footer, bytes);
      block->WriteUsed(bytes, TaggedBlock::kPrevUsed | start);
      ASSERT_EQ(block->tag, bytes | 3 | start);
      ASSERT_EQ(next->tag, 48u | 3);
      ASSERT_EQ(static_cast<void*>(block->payload()), at + 8);
      ASSERT_EQ(TaggedBlock::FromPayload(block->payload()), block);
      ASSERT_EQ(block->usable(), bytes - 8);
    }
  }
}

template <class A>
struct IsTagged : std::false_type {};
template <class Pages, class Index, class Merging>
struct IsTagged<BlockHeap<Pages, Index, Merging>> : std::true_type {};
using TaggedName = Variants::All<ArenaPages, VariantsWith<IsTagged>::Of>;

template <class A>
class TaggedHeap : public ::testing::Test {};
TYPED_TEST_SUITE(TaggedHeap, TaggedName::Types, TaggedName);

// Rows 13 and 41: the word before each payload holds the size and says that the block is used; the
// word after a block says so too; and each free block has its size in its last word. A free block
// that is still to be merged says `used` in both, and so, with the flag 8.
TYPED_TEST(TaggedHeap, TheWordsAroundEachBlockSayWhatItIs) {
  const std::uint64_t seed = PrintedSeed(13);
  std::mt19937_64 random(seed);
  ArenaPages pages(kArenaBytes);
  TypeParam heap(pages);
  std::vector<void*> live;
  const auto word_at = [](const std::byte* p) {
    std::size_t word = 0;
    std::memcpy(&word, p, sizeof(word));
    return word;
  };
  for (int step = 0; step < 500; ++step) {
    if (!live.empty() && random() % 3 == 0) {
      std::swap(live[random() % live.size()], live.back());
      heap.Free(live.back());
      live.pop_back();
    } else {
      live.push_back(heap.Allocate(random() % 700));
    }
    std::size_t used_shown = 0;
    for (const BlockView& block : BlocksOf(heap)) {
      if (block.state == BlockState::kOverhead) continue;
      const bool used = block.state == BlockState::kUsed;
      used_shown += used ? 1 : 0;
      const std::size_t tag = word_at(block.payload - 8);
      const bool quick = (tag & 8) != 0;
      ASSERT_FALSE(quick && (used || kMergesNeighbours<TypeParam>));
      ASSERT_EQ(tag & ~std::size_t{6}, block.bytes + (used ? 1 : quick ? 9 : 0));
      ASSERT_EQ((word_at(block.end()) & 2) != 0, used || quick);
      if (!used && !quick) {
        ASSERT_EQ(word_at(block.end() - 8), block.bytes) << "step " << step << ", seed " << seed;
      }
    }
    ASSERT_EQ(used_shown, live.size());
  }
  for (void* p : live) heap.Free(p);
}

}  // namespace
}  // namespace alloclab
