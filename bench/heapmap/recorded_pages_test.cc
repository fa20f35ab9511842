// RecordedPages keeps the promises of a page source, and tells its listener exactly what is held.

#include "bench/heapmap/recorded_pages.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>

#include "bench/heapmap/random_trace.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kPage = MmapPages::kPageBytes;

// Every page that is held, as the listener hears of it.
class Pages : public RecordedPages::Listener {
 public:
  void Held(std::uint64_t begin, std::uint64_t bytes) override {
    for (std::uint64_t at = begin; at < begin + bytes; at += kPage) {
      EXPECT_TRUE(held.insert(at).second) << at << " is handed out twice";
    }
  }
  void GivenBack(std::uint64_t begin, std::uint64_t bytes) override {
    for (std::uint64_t at = begin; at < begin + bytes; at += kPage) {
      EXPECT_EQ(held.erase(at), 1u) << at << " comes back and was not held";
    }
  }
  std::set<std::uint64_t> held;
};

TEST(RecordedPages, GoesDownAndUpAsMmapDoes) {
  Pages heard;
  RecordedPages pages(heard);
  const Span first = pages.Acquire(1);
  const Span second = pages.Acquire(RecordedPages::kGranuleBytes + 1);
  EXPECT_EQ(first.bytes, RecordedPages::kGranuleBytes);
  EXPECT_EQ(pages.OffsetOf(first.end()), RecordedPages::kHalfBytes);
  EXPECT_EQ(second.bytes, RecordedPages::kGranuleBytes + kPage);
  EXPECT_EQ(second.end(), first.begin);
  EXPECT_EQ(pages.Extend(first.end(), 1), 0u) << "above the first span is no memory";
  EXPECT_EQ(pages.Extend(second.end(), 1), 0u) << "the first span is there";

  const Span roomy = pages.AcquireWithRoom(1);
  EXPECT_EQ(pages.OffsetOf(roomy.begin), RecordedPages::kRoomBegin);
  EXPECT_EQ(pages.Extend(roomy.end(), 1), RecordedPages::kGranuleBytes);
  ASSERT_TRUE(pages.Release(first));
  EXPECT_EQ(pages.Acquire(1).begin, first.begin) << "the highest free place is taken";
}

TEST(RecordedPages, GrowsByHugePagesOnceItIsLarge) {
  Pages heard;
  RecordedPages pages(heard);
  const Span span = pages.AcquireWithRoom(MmapPages::kHugePagesFrom + kPage);
  const std::size_t added = pages.Extend(span.end(), 1);
  EXPECT_EQ(pages.OffsetOf(span.end() + added) % MmapPages::kHugePageBytes, 0u);
  EXPECT_GE(added, RecordedPages::kGranuleBytes);
}

TEST(RecordedPages, RefusesWhatItHasNot) {
  Pages heard;
  RecordedPages pages(heard);
  EXPECT_TRUE(pages.Acquire(0).empty());
  EXPECT_TRUE(pages.Acquire(RecordedPages::kHalfBytes + 1).empty());
  EXPECT_TRUE(pages.Acquire(SIZE_MAX).empty());
  EXPECT_TRUE(pages.AcquireWithRoom(RecordedPages::kHalfBytes).empty());
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

TEST(RecordedPages, AnyOrderOfCallsKeepsTheAccount) {
  std::mt19937 random(TestSeed());
  Pages heard;
  RecordedPages pages(heard);
  std::vector<Span> spans;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t bytes = 1 + random() % (3 * RecordedPages::kGranuleBytes);
    const auto choice = random() % 6;
    if (choice < 2 || spans.empty()) {
      spans.push_back(choice == 0 ? pages.Acquire(bytes) : pages.AcquireWithRoom(bytes));
      const Span span = spans.back();
      EXPECT_EQ(span.begin[0], std::byte{0}) << "fresh memory is zero";
      std::memset(span.begin, 1, 1);
    } else {
      const std::size_t which = random() % spans.size();
      Span& span = spans[which];
      if (choice == 2) {
        span.bytes += pages.Extend(span.end(), bytes);
      } else if (choice == 3 && span.bytes > 2 * kPage) {
        const Span tail = {span.begin + span.bytes / 2 / kPage * kPage,
                           span.bytes - span.bytes / 2 / kPage * kPage};
        ASSERT_TRUE(pages.Release(tail));
        span.bytes -= tail.bytes;
      } else {
        ASSERT_TRUE(pages.Release(span));
        spans.erase(spans.begin() + static_cast<std::ptrdiff_t>(which));
      }
    }
    std::set<std::uint64_t> owned;
    std::size_t sum = 0;
    for (const Span& span : spans) sum += span.bytes;
    ASSERT_EQ(pages.BytesHeld(), sum);
    ASSERT_EQ(heard.held.size() * kPage, sum);
  }
  for (const Span& span : spans) {
    for (std::uint64_t at = 0; at < span.bytes; at += kPage) {
      EXPECT_EQ(heard.held.count(pages.OffsetOf(span.begin) + at), 1u);
    }
  }
}

}  // namespace
}  // namespace alloclab
