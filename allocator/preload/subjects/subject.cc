// A program that does with malloc everything a program can: subject SCENARIO. It ends with 0 when
// all held, with 1 and a sentence for each that did not.

#include <atomic>
#include <cstdio>
#include <string_view>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

constexpr int kSentencesMax = 25;

std::atomic<int> broken{0};

struct Scenario {
  std::string_view name;
  void (*run)();
};

constexpr Scenario kScenarios[] = {
    {"every_name_is_the_librarys", EveryNameIsTheLibrarys},
    {"every_function_serves", EveryFunctionServes},
    {"errno_is_as_promised", ErrnoIsAsPromised},
    {"memalign_rounds_the_alignment_up", MemalignRoundsTheAlignmentUp},
    {"alignments_are_honoured_or_refused", AlignmentsAreHonouredOrRefused},
    {"usable_sizes_are_usable", UsableSizesAreUsable},
    {"absurd_sizes_are_refused", AbsurdSizesAreRefused},
    {"zeroed_memory_is_zero", ZeroedMemoryIsZero},
    {"large_zeroed_memory_is_not_touched", LargeZeroedMemoryIsNotTouched},
    {"realloc_keeps_bytes_and_frees_at_zero", ReallocKeepsBytesAndFreesAtZero},
    {"reports_add_up", ReportsAddUp},
    {"exhaustion_is_survived", ExhaustionIsSurvived},
    {"every_new_meets_its_delete", EveryNewMeetsItsDelete},
    {"new_calls_the_handler_and_throws", NewCallsTheHandlerAndThrows},
    {"nothrow_new_returns_null", NothrowNewReturnsNull},
    {"other_names_are_the_same_heap", OtherNamesAreTheSameHeap},
    {"before_main_and_after_it", BeforeMainAndAfterIt},
    {"threads_end_with_their_blocks", ThreadsEndWithTheirBlocks},
    {"fork_leaves_a_heap_that_works", ForkLeavesAHeapThatWorks},
    {"fork_meets_the_files_of_the_c_library", ForkMeetsTheFilesOfTheCLibrary},
    {"fork_in_a_signal_handler_comes_back", ForkInASignalHandlerComesBack},
    {"threads_pass_blocks_and_fork", ThreadsPassBlocksAndFork},
};

}  // namespace

void Check(bool holds, const char* sentence, std::size_t detail) {
  if (holds || ++broken > kSentencesMax) return;
  std::fprintf(stderr, "does not hold: %s (%zu)\n", sentence, detail);
}

bool AllHeld() { return broken == 0; }

}  // namespace alloclab::subjects

int main(int argc, char** argv) {
  for (const auto& scenario : alloclab::subjects::kScenarios) {
    if (argc != 2 || scenario.name != argv[1]) continue;
    scenario.run();
    if (!alloclab::subjects::AllHeld()) return 1;
    std::printf("%s\n", argv[1]);
    return 0;
  }
  std::fprintf(stderr, "usage: subject SCENARIO; scenarios are listed in subject.cc\n");
  return 2;
}
