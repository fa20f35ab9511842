// Touching is held against the definition, byte by byte: which lines and pages were written, and
// that nothing outside of the block was.

#include "traces/replay/touch.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace alloclab {
namespace {

constexpr std::byte kUntouched{0xA5};

// Memory that begins on a page, with a block somewhere inside.
class Arena {
 public:
  explicit Arena(std::size_t bytes) : memory_(bytes + 2 * kTouchPageBytes, kUntouched) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    page_ = memory_.data() + (kTouchPageBytes - address % kTouchPageBytes);
  }
  std::byte* page() { return page_; }
  bool Written(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i) {
      if (page_[i] != kUntouched) return true;
    }
    return false;
  }
  bool OnlyWithin(std::size_t from, std::size_t to) const {
    const std::byte* begin = page_ + from;
    const std::byte* end = page_ + to;
    for (const std::byte& byte : memory_) {
      if (byte != kUntouched && (&byte < begin || &byte >= end)) return false;
    }
    return true;
  }

 private:
  std::vector<std::byte> memory_;
  std::byte* page_;
};

// Every unit of `stride` bytes that [from, to) has a byte in was written to inside [from, to).
bool CoversEvery(const Arena& arena, std::size_t from, std::size_t to, std::size_t stride) {
  if (from == to) return true;
  for (std::size_t unit = from / stride * stride; unit < to; unit += stride) {
    if (!arena.Written(std::max(unit, from), std::min(unit + stride, to))) return false;
  }
  return true;
}

template <Touch kTouch>
void ExpectTouches(std::size_t from, std::size_t bytes, std::size_t stride) {
  // The mark is the size's low byte; a size whose mark looks untouched proves nothing.
  if (std::byte{static_cast<unsigned char>(bytes)} == kUntouched) return;
  Arena arena(from + bytes);
  TouchBlock<kTouch>(arena.page() + from, bytes);
  EXPECT_TRUE(CoversEvery(arena, from, from + bytes, stride)) << bytes << " bytes at " << from;
  EXPECT_TRUE(arena.OnlyWithin(from, from + bytes)) << bytes << " bytes at " << from;
}

TEST(Touch, LineReachesEveryLineOfBlocksThatBeginAnywhere) {
  for (std::size_t from = 0; from < 64; from += 8) {
    for (std::size_t bytes = 0; bytes < 700; ++bytes) {
      ExpectTouches<Touch::kLine>(from, bytes, kTouchLineBytes);
    }
  }
}

TEST(Touch, PageReachesEveryPage) {
  for (const std::size_t from : {0u, 16u, 4000u, 4080u}) {
    for (const std::size_t bytes : {0u, 1u, 16u, 17u, 96u, 4095u, 4096u, 4097u, 9000u, 20000u}) {
      ExpectTouches<Touch::kPage>(from, bytes, kTouchPageBytes);
    }
  }
}

// What costs the same under every allocator is left out.
TEST(Touch, PageWritesNoMoreThanTheEndsAndOneInEachPageBetween) {
  constexpr std::size_t kBytes = 2 * kTouchPageBytes + 10;
  Arena arena(kBytes);
  TouchBlock<Touch::kPage>(arena.page(), kBytes);
  for (std::size_t at = 0; at < kBytes; ++at) {
    const bool written = at % kTouchPageBytes == 0 || at == kBytes - 1;
    EXPECT_EQ(arena.Written(at, at + 1), written) << at;
  }
}

TEST(Touch, ByteReachesEveryByte) {
  for (const std::size_t bytes : {0u, 1u, 2u, 63u, 64u, 65u, 1000u}) {
    ExpectTouches<Touch::kByte>(16, bytes, 1);
  }
}

TEST(Touch, FirstWritesTheFirstByteOnly) {
  Arena arena(100);
  TouchBlock<Touch::kFirst>(arena.page() + 16, 50);
  EXPECT_TRUE(arena.Written(16, 17));
  EXPECT_TRUE(arena.OnlyWithin(16, 17));
}

TEST(Touch, NoneWritesNothing) {
  Arena arena(100);
  TouchBlock<Touch::kNone>(arena.page(), 50);
  EXPECT_TRUE(arena.OnlyWithin(0, 0));
}

TEST(Touch, NamesGoBothWays) {
  for (const Touch touch :
       {Touch::kNone, Touch::kFirst, Touch::kPage, Touch::kLine, Touch::kByte}) {
    EXPECT_EQ(TouchFromName(TouchName(touch)), touch);
    // VisitTouch picks the policy of the same value.
    EXPECT_EQ(VisitTouch(touch, []<Touch kTouch> { return kTouch; }), touch);
  }
  EXPECT_EQ(TouchFromName("all"), std::nullopt);
}

}  // namespace
}  // namespace alloclab
