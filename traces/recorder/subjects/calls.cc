// Every function of the family once, in one thread, between the marks; and errno left alone.

#include <malloc.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "traces/recorder/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

// Volatile, so that no compiler finds the request absurd.
volatile std::size_t too_much = PTRDIFF_MAX - 4096;

}  // namespace

int SingleThread(const Arguments&) {
  Mark(kBeginMark);
  errno = 1234;
  void* a = Keep(std::malloc(24));
  void* b = Keep(std::calloc(3, 40));
  a = Keep(std::realloc(a, 100));
  void* c = Keep(std::realloc(nullptr, 50));
  std::free(b);
  std::free(nullptr);
  void* none = Keep(std::realloc(c, 0));
  void* big = Keep(std::malloc(5 << 20));
  std::free(big);
  const bool errno_kept = errno == 1234;
  void* failed = Keep(std::malloc(too_much));
  const bool errno_set = errno == ENOMEM;
  void* failed_too = Keep(std::realloc(a, too_much));
  std::free(a);
  ::operator delete(Keep(::operator new(33)));
  ::operator delete[](Keep(::operator new[](34)));
  Mark(kEndMark);
  const bool as_expected = none == nullptr && failed == nullptr && failed_too == nullptr;
  return errno_kept && errno_set && as_expected ? 0 : 1;
}

int AlignedFamily(const Arguments&) {
  Mark(kBeginMark);
  void* posix = nullptr;
  void* refused = nullptr;
  void* blocks[] = {
      Keep(memalign(64, 100)), Keep(std::aligned_alloc(256, 512)), Keep(valloc(300)),
      Keep(pvalloc(400)),      Keep(reallocarray(nullptr, 5, 60)),
  };
  const int made = posix_memalign(&posix, 128, 200);
  volatile std::size_t odd_alignment = 3;
  const int error = posix_memalign(&refused, odd_alignment, 200);
  blocks[4] = Keep(reallocarray(blocks[4], 7, 60));
  void* overflow = Keep(reallocarray(blocks[4], too_much, 60));
  for (void* block : blocks) std::free(block);
  std::free(Keep(posix));
  Mark(kEndMark);
  return made == 0 && error == EINVAL && overflow == nullptr ? 0 : 1;
}

// Enough calls for several chunks: 20,000 of malloc(48), and as many of free.
int FillChunks(const Arguments&) {
  for (int i = 0; i < 20'000; ++i) std::free(Keep(std::malloc(48)));
  return 0;
}

}  // namespace alloclab::subjects
