// The C functions, one promise after the other.

#include <dlfcn.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "allocator/preload/subjects/scenario.h"

namespace alloclab::subjects {
namespace {

using FreeSized = void(void*, std::size_t);
using FreeAlignedSized = void(void*, std::size_t, std::size_t);

// A size that the compiler does not know, so that it cannot judge the call.
std::size_t Hidden(std::size_t n) {
  volatile std::size_t hidden = n;
  return hidden;
}

constexpr const char* kNames[] = {
    "malloc", "free", "calloc", "realloc", "reallocarray", "aligned_alloc", "memalign",
    "posix_memalign", "valloc", "pvalloc", "__libc_malloc", "__libc_free", "cfree", "__libc_calloc",
    "__libc_realloc", "__libc_memalign", "__libc_valloc", "__libc_pvalloc", "malloc_usable_size",
    "free_sized", "free_aligned_sized", "mallinfo", "mallinfo2", "malloc_trim", "mallopt",
    "malloc_stats",
    // operator new and delete: plain, array, nothrow, sized, aligned, sized and aligned
    "_Znwm", "_Znam", "_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t", "_ZnwmSt11align_val_t",
    "_ZnamSt11align_val_t", "_ZnwmSt11align_val_tRKSt9nothrow_t",
    "_ZnamSt11align_val_tRKSt9nothrow_t", "_ZdlPv", "_ZdaPv", "_ZdlPvRKSt9nothrow_t",
    "_ZdaPvRKSt9nothrow_t", "_ZdlPvm", "_ZdaPvm", "_ZdlPvSt11align_val_t", "_ZdaPvSt11align_val_t",
    "_ZdlPvSt11align_val_tRKSt9nothrow_t", "_ZdaPvSt11align_val_tRKSt9nothrow_t",
    "_ZdlPvmSt11align_val_t", "_ZdaPvmSt11align_val_t"};

// A block of n bytes is there, aligned, and all its own. Frees it.
void TakeAndFree(void* p, std::size_t n, std::size_t alignment, const char* name) {
  Check(p != nullptr, name, n);
  if (p == nullptr) return;
  Check(IsAligned(p, alignment), name, n);
  Check(malloc_usable_size(p) >= n, name, n);
  std::memset(p, 0xA5, n);
  std::free(p);
}

void* FromPosix(std::size_t alignment, std::size_t n) {
  void* p = nullptr;
  const int error = posix_memalign(&p, alignment, n);
  if (error != 0) errno = error;
  return error == 0 ? p : nullptr;
}

using Aligner = void*(std::size_t, std::size_t);
struct NamedAligner {
  const char* name;
  Aligner* allocate;
};
constexpr NamedAligner kAligners[] = {
    {"memalign", memalign}, {"aligned_alloc", aligned_alloc}, {"posix_memalign", FromPosix}};

}  // namespace

void EveryNameIsTheLibrarys() {
  for (const char* name : kNames) {
    Dl_info found = {};
    void* function = dlsym(RTLD_DEFAULT, name);
    const bool ours =
        function != nullptr && dladdr(function, &found) != 0 &&
        std::string_view(found.dli_fname).find("libmalloc_") != std::string_view::npos;
    if (!ours) std::fprintf(stderr, "%s comes from elsewhere\n", name);
    Check(ours, "every name is the library's");
  }
}

void EveryFunctionServes() {
  for (std::size_t n = 0; n < 5000; n += n < 300 ? 1 : 97) {
    TakeAndFree(std::malloc(n), n, 16, "malloc serves");
    TakeAndFree(std::calloc(n, 3), 3 * n, 16, "calloc serves");
    TakeAndFree(std::realloc(nullptr, n), n, 16, "realloc of null serves");
    TakeAndFree(reallocarray(nullptr, n, 2), 2 * n, 16, "reallocarray serves");
    TakeAndFree(memalign(16, n), n, 16, "memalign serves");
    TakeAndFree(aligned_alloc(16, n), n, 16, "aligned_alloc serves");
    TakeAndFree(FromPosix(16, n), n, 16, "posix_memalign serves");
  }
  for (const std::size_t n : {std::size_t{1} << 20, (std::size_t{32} << 20) + 5}) {
    TakeAndFree(std::malloc(n), n, 16, "malloc serves large requests");
    TakeAndFree(std::calloc(1, n), n, 16, "calloc serves large requests");
  }
  TakeAndFree(valloc(10), 10, 4096, "valloc aligns to a page");
  TakeAndFree(pvalloc(10), 4096, 4096, "pvalloc gives whole pages");
  std::free(nullptr);
  auto* free_sized = reinterpret_cast<FreeSized*>(dlsym(RTLD_DEFAULT, "free_sized"));
  auto* free_aligned_sized =
      reinterpret_cast<FreeAlignedSized*>(dlsym(RTLD_DEFAULT, "free_aligned_sized"));
  Check(free_sized != nullptr && free_aligned_sized != nullptr, "C23's free functions are there");
  if (free_sized == nullptr || free_aligned_sized == nullptr) return;
  const std::size_t used = mallinfo2().uordblks;
  free_sized(std::malloc(123), 123);
  free_sized(nullptr, 0);
  free_aligned_sized(aligned_alloc(16, 123), 16, 123);
  Check(mallinfo2().uordblks == used, "C23's free functions free");
}

void ErrnoIsAsPromised() {
  constexpr int kMine = 77;
  for (const std::size_t n : {std::size_t{0}, std::size_t{100}, std::size_t{64} << 20}) {
    void* p = std::malloc(n);
    errno = kMine;
    std::free(p);
    Check(errno == kMine, "free keeps errno", n);
  }
  errno = kMine;
  std::free(nullptr);
  Check(errno == kMine, "free of null keeps errno");
  void* p = std::malloc(10);
  errno = kMine;
  Check(std::realloc(p, 0) == nullptr && errno == kMine, "realloc to nothing keeps errno");
  void* result = &result;
  Check(posix_memalign(&result, 3 * sizeof(void*), 10) == EINVAL, "posix_memalign returns EINVAL");
  Check(posix_memalign(&result, 2, 10) == EINVAL, "posix_memalign wants a multiple of a pointer");
  Check(posix_memalign(&result, 16, Hidden(SIZE_MAX - 64)) == ENOMEM,
        "posix_memalign returns ENOMEM");
  Check(result == &result, "posix_memalign writes its result on success only");
  Check(posix_memalign(&result, 16, 10) == 0, "posix_memalign serves");
  Check(errno == kMine, "posix_memalign keeps errno");
  std::free(result);
  for (const std::size_t bad : {std::size_t{0}, std::size_t{3}, std::size_t{24}, SIZE_MAX}) {
    errno = 0;
    Check(aligned_alloc(Hidden(bad), 10) == nullptr && errno == EINVAL, "aligned_alloc sets EINVAL",
          bad);
  }
  errno = 0;
  Check(memalign(Hidden(SIZE_MAX), 10) == nullptr && errno == EINVAL, "memalign sets EINVAL");
}

void MemalignRoundsTheAlignmentUp() {
  TakeAndFree(memalign(Hidden(0), 100), 100, 16, "memalign takes 0 for no alignment");
  for (std::size_t alignment = 1; alignment <= 4096; alignment += 7) {
    std::size_t served = 16;
    while (served < alignment) served *= 2;
    TakeAndFree(memalign(Hidden(alignment), 100), 100, served, "memalign rounds up");
  }
}

// Up to a page they are honoured by every heap; beyond, memory may be refused.
void AlignmentsAreHonouredOrRefused() {
  for (std::size_t alignment = 1; alignment <= std::size_t{1} << 30; alignment *= 2) {
    for (const NamedAligner& aligner : kAligners) {
      for (const std::size_t n :
           {std::size_t{0}, std::size_t{1}, std::size_t{100}, alignment + 1}) {
        if (n > std::size_t{1} << 27) continue;  // of these only the alignment is large
        errno = 0;
        void* p = aligner.allocate(alignment, n);
        if (p != nullptr) {
          TakeAndFree(p, n, alignment, aligner.name);
          continue;
        }
        const bool too_small = aligner.allocate == FromPosix && alignment < sizeof(void*);
        Check(errno == (too_small ? EINVAL : ENOMEM), aligner.name, alignment);
        Check(too_small || alignment > 4096, "what is aligned to a page is to be had", alignment);
      }
    }
  }
}

// Neighbours write all they may, in turn.
void UsableSizesAreUsable() {
  Check(malloc_usable_size(nullptr) == 0, "null has no usable bytes");
  std::vector<Parcel> parcels;
  for (std::size_t n = 0; n < 3000; n += 7) {
    Parcel parcel{static_cast<unsigned char*>(std::malloc(n)), 0,
                  static_cast<unsigned char>(n % 251)};
    if (parcel.bytes == nullptr) return Check(false, "malloc serves", n);
    parcel.size = malloc_usable_size(parcel.bytes);
    Check(parcel.size >= n, "a usable size is at least what was asked for", n);
    parcel.Fill();
    parcels.push_back(parcel);
  }
  for (const Parcel& parcel : parcels) {
    Check(parcel.Intact(), "usable bytes belong to one block", parcel.size);
    Check(malloc_usable_size(parcel.bytes) == parcel.size, "usable sizes stay", parcel.size);
    std::free(parcel.bytes);
  }
}

void AbsurdSizesAreRefused() {
  Parcel keep{static_cast<unsigned char*>(std::malloc(100)), 100, 0x5A};
  keep.Fill();
  const std::size_t held = mallinfo2().arena;
  const auto refused = [&](std::size_t n) {
    const auto check = [n](void* p, const char* name) {
      Check(p == nullptr && errno == ENOMEM, name, n);
      errno = 0;
    };
    errno = 0;
    check(std::malloc(n), "malloc refuses");
    check(std::calloc(1, n), "calloc refuses");
    check(std::calloc(n, 16), "calloc refuses a product that overflows");
    check(std::realloc(keep.bytes, n), "realloc refuses");
    check(reallocarray(keep.bytes, n, 16), "reallocarray refuses a product that overflows");
    check(memalign(64, n), "memalign refuses");
    check(aligned_alloc(4096, n), "aligned_alloc refuses");
    check(FromPosix(64, n), "posix_memalign refuses");
    check(valloc(n), "valloc refuses");
    check(pvalloc(n), "pvalloc refuses");
  };
  for (std::size_t k = 0; k <= 8192; ++k) refused(Hidden(SIZE_MAX - k));
  for (std::size_t k = 1; k <= 64; ++k) refused(Hidden(std::size_t{PTRDIFF_MAX} + k));
  Check(mallinfo2().arena == held, "refusals leave the heap as it was", mallinfo2().arena);
  Check(keep.Intact(), "a block that could not grow is as it was");
  std::free(keep.bytes);
}

void ReallocKeepsBytesAndFreesAtZero() {
  Parcel parcel{nullptr, 0, 0x3C};
  for (std::size_t i = 1; i < 400; ++i) {
    const std::size_t n = (i * 7919) % (i % 10 == 0 ? 3'000'000 : 5000) + 1;
    auto* moved = static_cast<unsigned char*>(std::realloc(parcel.bytes, n));
    if (moved == nullptr) return Check(false, "realloc serves", n);
    parcel.bytes = moved;
    parcel.size = std::min(parcel.size, n);
    Check(parcel.Intact(), "realloc keeps the bytes", n);
    parcel.size = n;
    parcel.fill = static_cast<unsigned char>(i);
    parcel.Fill();
    if (i % 3 == 0) std::free(std::malloc(n / 2));
  }
  Check(std::realloc(parcel.bytes, 0) == nullptr, "realloc to nothing returns null");
  const std::size_t used = mallinfo2().uordblks;
  for (int i = 0; i < 1000; ++i) {
    Check(std::realloc(std::malloc(5000), 0) == nullptr, "realloc to nothing returns null");
  }
  Check(mallinfo2().uordblks == used, "realloc to nothing frees", mallinfo2().uordblks);
}

void ReportsAddUp() {
  const struct mallinfo2 before = mallinfo2();
  void* p = std::malloc(300'000);
  const struct mallinfo2 with = mallinfo2();
  Check(p != nullptr && with.uordblks >= before.uordblks + 300'000, "mallinfo2 counts used bytes",
        with.uordblks);
  Check(with.arena >= with.uordblks + with.fordblks, "used and free bytes are bytes held",
        with.arena);
  // The old function is declared deprecated, and still there for those who call it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const struct mallinfo old = mallinfo();
#pragma GCC diagnostic pop
  Check(static_cast<std::size_t>(old.uordblks) == with.uordblks &&
            static_cast<std::size_t>(old.arena) == with.arena,
        "mallinfo says what mallinfo2 says");
  std::free(p);
  Check(mallinfo2().uordblks == before.uordblks, "what is freed is not counted as used");
  Check(malloc_trim(0) == 0, "malloc_trim says that nothing was released");
  Check(mallopt(M_MMAP_THRESHOLD, 1 << 20) == 0, "mallopt says that nothing was set");
}

// Takes all there is below a limit, and goes on with what it has.
void ExhaustionIsSurvived() {
  void* first = std::malloc(1 << 16);
  struct rlimit old = {};
  getrlimit(RLIMIT_AS, &old);
  struct rlimit tight = old;
  tight.rlim_cur = rlim_t{256} << 20;
  Check(setrlimit(RLIMIT_AS, &tight) == 0, "the address space can be limited");
  std::vector<Parcel> parcels;
  parcels.reserve(10'000);
  for (;;) {
    errno = 0;
    Parcel parcel{static_cast<unsigned char*>(std::malloc(100'000)), 100'000,
                  static_cast<unsigned char>(parcels.size())};
    if (parcel.bytes == nullptr) break;
    parcel.Fill();
    parcels.push_back(parcel);
    if (parcels.size() == parcels.capacity()) break;
  }
  Check(errno == ENOMEM && parcels.size() < 10'000, "memory that has run out is said so");
  Check(parcels.size() > 500, "most of the memory was to be had", parcels.size());
  for (const Parcel& parcel : parcels) Check(parcel.Intact(), "earlier blocks are untouched");
  for (const Parcel& parcel : parcels) std::free(parcel.bytes);
  setrlimit(RLIMIT_AS, &old);
  TakeAndFree(std::malloc(100'000), 100'000, 16, "after exhaustion malloc serves again");
  std::free(first);
}

}  // namespace alloclab::subjects
