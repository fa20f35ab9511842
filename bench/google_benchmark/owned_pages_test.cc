// What OwnedPages hands out is gone when it ends, however its spans were grown, cut and split.

#include "bench/google_benchmark/owned_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>

namespace alloclab {
namespace {

constexpr std::size_t kPage = MmapPages::kPageBytes;

// msync refuses a page that is not mapped.
bool IsMapped(std::byte* page) { return msync(page, kPage, MS_ASYNC) == 0 || errno != ENOMEM; }

TEST(OwnedPages, TakesEverythingBack) {
  Span whole, split;
  {
    OwnedPages pages;
    whole = pages.Acquire(1 << 20);
    split = pages.Acquire(1 << 20);
    ASSERT_FALSE(whole.empty());
    ASSERT_FALSE(split.empty());
    // A hole in the middle leaves a head and a tail.
    EXPECT_TRUE(pages.Release({split.begin + 8 * kPage, 4 * kPage}));
    EXPECT_FALSE(IsMapped(split.begin + 8 * kPage));
    EXPECT_TRUE(IsMapped(split.begin));
    EXPECT_TRUE(IsMapped(split.begin + 12 * kPage));
  }
  EXPECT_FALSE(IsMapped(whole.begin));
  EXPECT_FALSE(IsMapped(whole.end() - kPage));
  EXPECT_FALSE(IsMapped(split.begin));
  EXPECT_FALSE(IsMapped(split.begin + 12 * kPage));
}

TEST(OwnedPages, KnowsExtendedSpans) {
  Span span;
  std::size_t added = 0;
  {
    OwnedPages pages;
    span = pages.Acquire(1 << 20);
    // Room right behind: give back the tail, and ask for it again.
    ASSERT_TRUE(pages.Release({span.end() - 64 * kPage, 64 * kPage}));
    span.bytes -= 64 * kPage;
    added = pages.Extend(span.end(), kPage);
    ASSERT_GT(added, 0u);
    EXPECT_TRUE(IsMapped(span.end()));
  }
  EXPECT_FALSE(IsMapped(span.end()));
  EXPECT_FALSE(IsMapped(span.begin));
}

}  // namespace
}  // namespace alloclab
