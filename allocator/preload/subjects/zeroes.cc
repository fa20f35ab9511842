// calloc: zero bytes whatever the memory was before, and no page touched where it is new.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {

void ZeroedMemoryIsZero() {
  for (int round = 0; round < 3; ++round) {
    std::vector<Parcel> parcels;
    for (std::size_t n = 1; n < 300'000; n = n * 5 / 4 + 3) {
      Parcel parcel{static_cast<unsigned char*>(std::calloc(n, 1)), n, 0};
      if (parcel.bytes == nullptr) return Check(false, "calloc serves", n);
      Check(parcel.Intact(), "calloc zeroes memory that was used before", n);
      parcel.fill = 0xEE;
      parcel.Fill();
      parcels.push_back(parcel);
    }
    for (const Parcel& parcel : parcels) std::free(parcel.bytes);
    // The same places, dirty, whether or not the heap hands them out at once.
    for (const Parcel& parcel : parcels) {
      void* p = std::malloc(parcel.size);
      if (p != nullptr) std::memset(p, 0xDD, parcel.size);
      std::free(p);
    }
  }
}

namespace {

// Of the process, as the kernel counts them.
std::size_t ResidentPages() {
  std::size_t size = 0;
  std::size_t resident = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, "%zu %zu", &size, &resident) != 2) resident = 0;
  if (file != nullptr) std::fclose(file);
  return resident;
}

}  // namespace

// What the limit leaves room for: both ends, where the system gives two mebibytes at the first
// touch, and what a heap keeps beside its blocks (buddy's map is a byte in 33).
void LargeZeroedMemoryIsNotTouched() {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  constexpr std::size_t kBytes = (std::size_t{64} << 20) + 123;
  const std::size_t before = ResidentPages();
  Parcel parcel{static_cast<unsigned char*>(std::calloc(kBytes, 1)), kBytes, 0};
  if (parcel.bytes == nullptr) return Check(false, "calloc serves", kBytes);
  const std::size_t after = ResidentPages();
  Check(before != 0 && after < before + kBytes / page / 4, "new pages are not touched",
        after - before);
  Check(parcel.Intact(), "new pages are zero");
  parcel.fill = 0xEE;
  parcel.Fill();
  Check(ResidentPages() >= before + kBytes / page, "touched pages are seen");
  std::free(parcel.bytes);
}

}  // namespace alloclab::subjects
