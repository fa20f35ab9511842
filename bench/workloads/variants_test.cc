// Workloads on the libraries of our variants: all work, with one thread and with three.

#include "allocator/variants.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "allocator/pages/mmap_pages.h"
#include "bench/workloads/run_for_test.h"
#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

std::string LibraryOf(std::string_view variant) {
  return "allocator/preload/libmalloc_" + std::string(variant) + ".so";
}

TEST(WorkloadVariants, AllWorkOnEachOfOurLibraries) {
  for (const std::string_view variant : Variants::kNames) {
    if (variant == "system") continue;
    for (const Workload& workload : AllWorkloads()) {
      for (const std::uint32_t threads : {1u, 3u}) {
        SCOPED_TRACE(std::string(variant) + " on " + std::string(workload.name) + " with " +
                     ThreadsText(threads));
        const RunOutcome outcome = RunForTest(workload.name, LibraryOf(variant), threads, 5);
        EXPECT_EQ(outcome.reason, "");
        EXPECT_GT(outcome.report.operations, 0u);
      }
    }
  }
}

// bump puts a header of 16 bytes before the 16 that a block of 8 takes: sixteen blocks, whichever
// threads ask for them, lie two on a line, but perhaps the first and the last.
TEST(WorkloadVariants, OneHeapForAllSharesLines) {
  for (const char* workload : {"false_sharing_active", "false_sharing_passive"}) {
    const RunOutcome outcome = RunForTest(workload, LibraryOf("bump"), 16, 1);
    EXPECT_EQ(outcome.reason, "");
    EXPECT_GE(outcome.report.blocks_sharing_a_line, 14u) << workload;
  }
}

}  // namespace
}  // namespace alloclab::workloads
