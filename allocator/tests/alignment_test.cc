// Rows 1, 16 and 17, R10: for every size up to 64 KiB and around every power of two beyond, the
// payload is aligned to 16 and n bytes long, and the walk shows whole units of 16.

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

// Without the checker, which would fill each block to its end: 2 GiB a variant.
template <class A>
class Alignment : public ::testing::Test {
 protected:
  ~Alignment() override { FreeAll(); }

  // Keeps up to a mebibyte, so that places are many; then everything goes.
  void CheckSize(std::size_t n) {
    auto* p = static_cast<unsigned char*>(heap_.Allocate(n));
    ASSERT_NE(p, nullptr) << n;
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(p) % 16, 0u) << n;
    ASSERT_GE(heap_.UsableSize(p), n);
    if (n != 0) {
      p[0] = static_cast<unsigned char>(n);
      p[n - 1] = static_cast<unsigned char>(n);
    }
    blocks_.push_back({p, n});
    bytes_ += n;
    if (bytes_ < (std::size_t{1} << 20)) return;
    ExpectWholeUnits();
    FreeAll();
  }

  // The first and the last byte of each block are what was written: no block reaches into another.
  void FreeAll() {
    for (const auto& [p, n] : blocks_) {
      if (n != 0) {
        EXPECT_EQ(p[0], static_cast<unsigned char>(n)) << n;
        EXPECT_EQ(p[n - 1], static_cast<unsigned char>(n)) << n;
      }
      heap_.Free(p);
    }
    blocks_.clear();
    bytes_ = 0;
  }

 private:
  void ExpectWholeUnits() {
    heap_.Walk([](const BlockView& block) {
      if (block.state == BlockState::kOverhead) return;
      EXPECT_EQ(block.bytes % 16, 0u);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.payload) % 16, 0u);
    });
  }

  struct Block {
    unsigned char* p;
    std::size_t n;
  };
  ArenaPages pages_{4 * kArenaBytes};
  A heap_{pages_};
  std::vector<Block> blocks_;
  std::size_t bytes_ = 0;
};
TYPED_TEST_SUITE(Alignment, AllVariants, VariantName);

TYPED_TEST(Alignment, C1EverySizeUpTo64KiB) {
  for (std::size_t n = 0; n <= (std::size_t{64} << 10); ++n) {
    this->CheckSize(n);
    if (this->HasFatalFailure()) return;
  }
}

// Backwards, a block is seldom the place of the one before.
TYPED_TEST(Alignment, C1EverySizeDownFrom64KiB) {
  for (std::size_t n = std::size_t{64} << 10; n != 0; --n) {
    this->CheckSize(n);
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(Alignment, C1AroundPowersOfTwo) {
  for (std::size_t power = 1 << 16; power <= (1 << 20); power *= 2) {
    for (std::size_t n = power - 200; n <= power + 200; ++n) {
      this->CheckSize(n);
      if (this->HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace alloclab
