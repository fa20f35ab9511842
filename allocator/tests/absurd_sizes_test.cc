// Rows 5 and 6, R7: sizes that no allocator can serve are refused, in every function that takes
// one, and the heap is as it was, block by block.

#include <gtest/gtest.h>

#include <cerrno>
#include <tuple>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

// A heap with holes of several sizes, so that a size that wraps around has something to fit into.
template <class A>
class AbsurdSizes : public EveryVariant<A> {
 protected:
  void SetUp() override {
    for (const std::size_t n : std::initializer_list<std::size_t>{24, 100, 700, 3000, 20000}) {
      void* hole = this->heap.Allocate(n);
      keep = this->heap.Allocate(n);
      this->heap.Free(hole);
    }
    before_ = Picture();
    held_ = this->pages.BytesHeld();
    requests_ = this->pages.requests();
  }

  // Makes every call that takes a size, with this one.
  void ExpectRefused(std::size_t n) {
    A& inner = this->heap.inner();
    const auto refused = [&](void* p, const char* call) {
      ASSERT_EQ(p, nullptr) << call << " " << n;
      ASSERT_EQ(errno, ENOMEM) << call << " " << n;
      errno = 0;
    };
    errno = 0;
    refused(Malloc(inner, n), "malloc");
    refused(Calloc(inner, 1, n), "calloc");
    refused(Calloc(inner, n, 1), "calloc");
    refused(Realloc(inner, keep, n), "realloc");
    refused(Memalign(inner, 64, n), "memalign 64");
    refused(Memalign(inner, 4096, n), "memalign 4096");
    refused(Valloc(inner, n), "valloc");
    refused(Pvalloc(inner, n), "pvalloc");
    if constexpr (ResizesInPlace<A>) {
      ASSERT_FALSE(inner.TryResize(keep, n)) << n;
    }
  }

  // One walk, and all bytes: the heap is what it was when the test began.
  void ExpectAsItWas() {
    EXPECT_EQ(Picture(), before_);
    EXPECT_EQ(this->pages.BytesHeld(), held_);
    EXPECT_EQ(this->Check(), "");
  }
  void ExpectNothingWasAskedFor() { EXPECT_EQ(this->pages.requests(), requests_); }

  void* keep = nullptr;

 private:
  using Block =
      std::tuple<const std::byte*, std::size_t, const std::byte*, std::size_t, BlockState>;
  std::vector<Block> Picture() const {
    std::vector<Block> picture;
    this->heap.Walk([&](const BlockView& block) {
      picture.emplace_back(block.begin, block.bytes, block.payload, block.usable, block.state);
    });
    return picture;
  }

  std::vector<Block> before_;
  std::size_t held_ = 0;
  std::uint64_t requests_ = 0;
};
TYPED_TEST_SUITE(AbsurdSizes, AllVariants, VariantName);

TYPED_TEST(AbsurdSizes, C6TheLastSizesThatThereAre) {
  for (std::size_t k = 0; k <= 8192; ++k) {
    this->ExpectRefused(SIZE_MAX - k);
    if (this->HasFatalFailure()) return;
  }
  this->ExpectNothingWasAskedFor();
  this->ExpectAsItWas();
}

TYPED_TEST(AbsurdSizes, C6TheFirstSizesAboveTheLargestThatMayBeAskedFor) {
  for (std::size_t k = 1; k <= 8192; ++k) {
    this->ExpectRefused(kMaxRequestBytes + k);
    if (this->HasFatalFailure()) return;
  }
  this->ExpectNothingWasAskedFor();
  this->ExpectAsItWas();
}

// Row 5: products that overflow, whichever factor is the large one.
TYPED_TEST(AbsurdSizes, C16ProductsThatOverflow) {
  TypeParam& inner = this->heap.inner();
  for (unsigned log = 1; log < 64; ++log) {
    const std::size_t count = std::size_t{1} << log;
    const std::size_t size = SIZE_MAX / count + 1;  // the product is 2^64: 0 when it wraps
    for (const std::size_t more : {std::size_t{0}, std::size_t{1}, count / 2}) {
      errno = 0;
      EXPECT_EQ(Calloc(inner, count, size + more), nullptr) << log;
      EXPECT_EQ(Calloc(inner, size + more, count), nullptr) << log;
      EXPECT_EQ(ReallocArray(inner, this->keep, count, size + more), nullptr) << log;
      EXPECT_EQ(errno, ENOMEM) << log;
    }
  }
  this->ExpectNothingWasAskedFor();
  this->ExpectAsItWas();
}

// Our own alone: the system may well grant such sizes, and AddressSanitizer's malloc ends the
// process over such alignments.
template <class A>
class AbsurdForAnArena : public AbsurdSizes<A> {};
TYPED_TEST_SUITE(AbsurdForAnArena, WalkableVariants, WalkableName);

TYPED_TEST(AbsurdForAnArena, C6TheLargestSizesThatMayBeAskedFor) {
  for (std::size_t k = 0; k <= 8192; ++k) {
    this->ExpectRefused(kMaxRequestBytes - k);
    if (this->HasFatalFailure()) return;
  }
  this->ExpectAsItWas();
}

// No address a process has is a multiple of these.
TYPED_TEST(AbsurdForAnArena, C6HugeAlignments) {
  for (unsigned log = 48; log < 64; ++log) {
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, kMaxRequestBytes, SIZE_MAX}) {
      errno = 0;
      EXPECT_EQ(Memalign(this->heap.inner(), std::size_t{1} << log, n), nullptr) << log << " " << n;
      EXPECT_EQ(errno, ENOMEM);
    }
  }
  this->ExpectAsItWas();
}

}  // namespace
}  // namespace alloclab
