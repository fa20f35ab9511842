// The fuzz target on seeds, and on seeds changed at random places.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "traces/sample_events.h"
#include "traces/test_seed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace alloclab {
namespace {

int RunTarget(const std::string& bytes) {
  return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(ParserFuzz, SeedsAndTheirNeighbours) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  const std::vector<Event> events = RandomEvents(seed, 200);
  const Metadata metadata = {
      {"a", "b"}, {"module", "/p 0a"}, {"frames", "0+1f ?+2"}, {"sites", "0 1,0"}};
  // Without events, most changes are of the table of call sites.
  for (const std::string& whole : {std::string(), ArchiveBytes(events, metadata, 50),
                                   TextBytes(events, metadata), TextBytes({}, metadata)}) {
    EXPECT_EQ(RunTarget(whole), 0);
    for (int round = 0; round < 500 && !whole.empty(); ++round) {
      std::string bytes = whole;
      for (int change = 0; change < 3; ++change) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      EXPECT_EQ(RunTarget(bytes), 0) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace alloclab
