// What is recorded of limits and of the shell's settings.

#include "bench/record/settings_record.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

TEST(SettingsRecord, HasWhatWasAskedFor) {
  Json least;
  AddSettings(least, {.blocks = 7}, std::chrono::milliseconds(1500), 0);
  EXPECT_EQ(least, (Json{{"blocks_most", 7}, {"timeout_seconds", 1.5}, {"memory_limit_bytes", 0}}));
  Json most;
  AddSettings(most, {.blocks = 7, .precision = 0.02, .budget = std::chrono::seconds(60)},
              std::chrono::seconds(20), std::uint64_t{4} << 30);
  EXPECT_EQ(most, (Json{{"blocks_most", 7},
                        {"precision", 0.02},
                        {"budget_seconds", 60},
                        {"timeout_seconds", 20.0},
                        {"memory_limit_bytes", 4294967296}}));
}

TEST(SettingsRecord, HasHowItEnded) {
  Json end;
  AddEnd(end, 15, true, std::chrono::milliseconds(61'260));
  EXPECT_EQ(end, (Json{{"blocks", 15}, {"interrupted", true}, {"elapsed_seconds", 61.3}}));
}

TEST(SettingsRecord, HasTheVariablesThatSetAMalloc) {
  clearenv();
  EXPECT_EQ(MallocVariables(), "");
  setenv("PATH", "/bin", 1);
  setenv("MY_MALLOC_ARENA_MAX", "4", 1);
  EXPECT_EQ(MallocVariables(), "");
  setenv("MIMALLOC_VERBOSE", "1", 1);
  setenv("MALLOC_ARENA_MAX", "1", 1);
  setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
  setenv("MALLOC_CONF", "", 1);
  EXPECT_EQ(MallocVariables(),
            "GLIBC_TUNABLES=glibc.malloc.tcache_count=0 MALLOC_ARENA_MAX=1 MALLOC_CONF= "
            "MIMALLOC_VERBOSE=1");
}

}  // namespace
}  // namespace alloclab
