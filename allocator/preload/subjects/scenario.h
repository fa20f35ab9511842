// What the scenarios of the program `subject` share: how to say that something does not hold, and
// blocks that know their bytes.

#ifndef ALLOCLAB_ALLOCATOR_PRELOAD_SUBJECTS_SCENARIO_H_
#define ALLOCLAB_ALLOCATOR_PRELOAD_SUBJECTS_SCENARIO_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace alloclab::subjects {

// Prints the sentence on standard error when it does not hold; the program then ends with status 1.
// At most a screenful is printed. `detail` is the number that matters, such as a size.
void Check(bool holds, const char* sentence, std::size_t detail = 0);
bool AllHeld();

// A block, all of it filled with one byte.
struct Parcel {
  unsigned char* bytes = nullptr;
  std::size_t size = 0;
  unsigned char fill = 0;

  void Fill() { std::memset(bytes, fill, size); }
  bool Intact() const {
    for (std::size_t i = 0; i < size; ++i) {
      if (bytes[i] != fill) return false;
    }
    return true;
  }
};

inline bool IsAligned(const void* p, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(p) % alignment == 0;
}

// functions.cc
void EveryNameIsTheLibrarys();
void EveryFunctionServes();
void ErrnoIsAsPromised();
void MemalignRoundsTheAlignmentUp();
void AlignmentsAreHonouredOrRefused();
void UsableSizesAreUsable();
void AbsurdSizesAreRefused();
void ReallocKeepsBytesAndFreesAtZero();
void ReportsAddUp();
void ExhaustionIsSurvived();

// zeroes.cc
void ZeroedMemoryIsZero();
void LargeZeroedMemoryIsNotTouched();

// operators.cc
void EveryNewMeetsItsDelete();
void NewCallsTheHandlerAndThrows();
void NothrowNewReturnsNull();

// other_names.cc
void OtherNamesAreTheSameHeap();

// moments.cc
void BeforeMainAndAfterIt();
void ThreadsEndWithTheirBlocks();
void ForkLeavesAHeapThatWorks();
void ForkMeetsTheFilesOfTheCLibrary();

// handlers.cc
void ForkInASignalHandlerComesBack();

// stress.cc
void ThreadsPassBlocksAndFork();

}  // namespace alloclab::subjects

#endif  // ALLOCLAB_ALLOCATOR_PRELOAD_SUBJECTS_SCENARIO_H_
