// What can be wrong with libmalloc_broken.so.

#ifndef ALLOCLAB_FUZZ_PRELOAD_ABI_BROKEN_MALLOC_H_
#define ALLOCLAB_FUZZ_PRELOAD_ABI_BROKEN_MALLOC_H_

namespace alloclab {

enum class Wrong {
  kNothing,
  kErrnoOfRefusals,
  kErrnoOfFree,
  kErrnoOfPosix,
  kAbsurdSizes,
  kAlignment,
  kOddAlignments,
  kUsableSize,
  kUsableSizeOfNull,
  kZeroing,
  kProducts,
  kKeptBytes,
  kRefusedResize,
  kResizeToNothing,
  kWholePages,
};

}  // namespace alloclab

// From now on.
extern "C" void SetWrong(alloclab::Wrong what);

#endif  // ALLOCLAB_FUZZ_PRELOAD_ABI_BROKEN_MALLOC_H_
