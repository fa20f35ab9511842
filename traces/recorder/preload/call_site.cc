#include "traces/recorder/preload/call_site.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "traces/recorder/preload/image_file.h"
#include "traces/recorder/preload/thread_log.h"

// Set by the linker: where this library begins and its code ends.
extern "C" const char __ehdr_start __attribute__((visibility("hidden")));
extern "C" const char etext __attribute__((visibility("hidden")));

namespace alloclab::recorder {

std::uint32_t site_depth = 0;

namespace {

// unw_backtrace(): return addresses, that of its own call first.
using Unwind = int(void** frames, int count);
Unwind* unwind = nullptr;

// Frames of this library above the caller's: unw_backtrace's caller and the interposed function,
// which calls itself when it falls back on another (reallocarray).
constexpr std::uint32_t kOwnFramesMax = 4;

struct CodeRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool Holds(const void* address) const {
    return reinterpret_cast<std::uintptr_t>(address) - begin < end - begin;
  }
};
CodeRange own_code;
CodeRange linker_code;

// The dynamic linker allocates when it loads something, and where it did so is the first to know.
// How many calls are still to look whether there is new code: it is added to the linker's list some
// calls later.
constexpr int kLooksAfterLinker = 64;
std::atomic<int> looks{0};
std::atomic<std::uint64_t> objects_known{0};

CodeRange RangeOfObject(std::uintptr_t base) {
  if (base == 0) return {};
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(base);
  const auto* segments = reinterpret_cast<const ElfW(Phdr)*>(base + header->e_phoff);
  std::uintptr_t end = base;
  for (int i = 0; i < header->e_phnum; ++i) {
    if (segments[i].p_type != PT_LOAD) continue;
    end = std::max<std::uintptr_t>(end, base + segments[i].p_vaddr + segments[i].p_memsz);
  }
  return {base, end};
}

// How many objects were ever loaded and unloaded.
std::uint64_t ObjectsSeen() {
  std::uint64_t count = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uint64_t*>(out) = info->dlpi_adds + info->dlpi_subs;
        return 1;
      },
      &count);
  return count;
}

void LookForNewCode() {
  const std::uint64_t seen = ObjectsSeen();
  if (objects_known.exchange(seen, std::memory_order_relaxed) == seen) return;
  const Quietly quietly;
  AppendMaps();
}

}  // namespace

void StartCallSites() {
  const std::uint32_t depth = RunSiteDepth();
  if (depth == 0) return;
  // Kept to itself: it has functions by the names of the exception handling of C++.
  void* library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (library != nullptr) unwind = reinterpret_cast<Unwind*>(dlsym(library, "unw_backtrace"));
  if (unwind == nullptr) {
    Say("alloclab record: libunwind.so.8 cannot be loaded, so there are no call sites; install "
        "libunwind8\n");
    return;
  }
  own_code = {reinterpret_cast<std::uintptr_t>(&__ehdr_start),
              reinterpret_cast<std::uintptr_t>(&etext)};
  linker_code = RangeOfObject(getauxval(AT_BASE));
  LookForNewCode();
  site_depth = std::min(depth, kSiteDepthMax);
}

__attribute__((noinline)) void AppendCallSite() {
  ThreadLog& log = thread_log;
  if (log.unwinding) return;
  log.unwinding = true;
  void* frames[kSiteDepthMax + kOwnFramesMax];
  const int error = errno;
  int count = unwind(frames, static_cast<int>(site_depth + kOwnFramesMax));
  void** first = frames;
  while (first < frames + count && own_code.Holds(*first)) ++first;
  count -= static_cast<int>(first - frames);
  if (count > 0 && linker_code.Holds(*first)) {
    looks.store(kLooksAfterLinker, std::memory_order_relaxed);
  } else if (looks.load(std::memory_order_relaxed) > 0) {
    looks.fetch_sub(1, std::memory_order_relaxed);
    LookForNewCode();
  }
  errno = error;
  log.unwinding = false;
  if (count > 0) AppendSite(first, std::min(static_cast<std::uint32_t>(count), site_depth));
}

}  // namespace alloclab::recorder
