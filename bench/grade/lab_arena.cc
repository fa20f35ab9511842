#include "bench/grade/lab_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bench/grade/fresh_byte.h"
#include "bench/grade/lab/memlib.h"

namespace alloclab::grade {
namespace {

constexpr std::size_t kPageBytes = 4096;
// Far from where programs, libraries, stacks and valgrind lie.
constexpr std::uintptr_t kPlace = 0x8'0000'0000;

struct State {
  std::byte* begin = nullptr;
  std::byte* end = nullptr;
  std::byte* open_end = nullptr;  // of the pages that can be written to
  std::byte* limit = nullptr;
  std::byte* peak = nullptr;
  // Of the first stray write that was seen, behind the end of then.
  std::optional<std::size_t> stray;
  bool watched = false;
};
State arena;

std::size_t Between(const std::byte* begin, const std::byte* end) {
  return static_cast<std::size_t>(end - begin);
}

bool OpenTo(std::byte* end) {
  if (end <= arena.open_end) return true;
  const std::size_t wanted = Between(arena.begin, end);
  std::byte* const open_end =
      std::min(arena.begin + (wanted + kPageBytes - 1) / kPageBytes * kPageBytes, arena.limit);
  if (mprotect(arena.open_end, Between(arena.open_end, open_end), PROT_READ | PROT_WRITE) != 0) {
    return false;
  }
  arena.open_end = open_end;
  return true;
}

// Looked at before the heap's end moves, too.
void LookForStrayWrite() {
  if (arena.stray || !arena.watched) return;
  const std::byte* const found =
      std::find_if(arena.end, arena.open_end, [](std::byte b) { return b != std::byte{0}; });
  if (found != arena.open_end) arena.stray = Between(arena.end, found);
}

void* Grow(std::intptr_t increment) {
  constexpr auto kRefused = static_cast<std::intptr_t>(-1);
  if (increment < 0 || static_cast<std::size_t>(increment) > Between(arena.end, arena.limit)) {
    errno = ENOMEM;
    return reinterpret_cast<void*>(kRefused);
  }
  std::byte* const old_end = arena.end;
  std::byte* const new_end = old_end + increment;
  LookForStrayWrite();
  if (!OpenTo(new_end)) {
    errno = ENOMEM;
    return reinterpret_cast<void*>(kRefused);
  }
  arena.end = new_end;
  arena.peak = std::max(arena.peak, new_end);
  if (arena.watched) std::memset(old_end, kFreshByte, Between(old_end, new_end));
  return old_end;
}

}  // namespace

bool LabArena::Make(std::size_t bytes, bool watched) {
  bytes = (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  const int protection = watched ? PROT_NONE : PROT_READ | PROT_WRITE;
  void* mapped =
      mmap(reinterpret_cast<void*>(kPlace), bytes, protection, kFlags | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped == MAP_FAILED) mapped = mmap(nullptr, bytes, protection, kFlags, -1, 0);
  if (mapped == MAP_FAILED) return false;
  arena = {};
  arena.begin = arena.end = arena.peak = static_cast<std::byte*>(mapped);
  arena.limit = arena.begin + bytes;
  arena.open_end = watched ? arena.begin : arena.limit;
  arena.watched = watched;
  return true;
}

std::byte* LabArena::begin() { return arena.begin; }
std::byte* LabArena::end() { return arena.end; }
std::size_t LabArena::bytes_peak() { return Between(arena.begin, arena.peak); }

bool LabArena::Holds(const void* p, std::size_t n) {
  const auto* const first = static_cast<const std::byte*>(p);
  return first >= arena.begin && first < arena.end && n <= Between(first, arena.end);
}

std::optional<std::size_t> LabArena::StrayWrite() {
  LookForStrayWrite();
  return arena.stray;
}

}  // namespace alloclab::grade

using alloclab::grade::arena;

extern "C" {

void* mem_sbrk(intptr_t increment) { return alloclab::grade::Grow(increment); }
void* mem_heap_lo() { return arena.begin; }
void* mem_heap_hi() { return arena.end - 1; }
size_t mem_heapsize() { return alloclab::grade::Between(arena.begin, arena.end); }
size_t mem_pagesize() { return alloclab::grade::kPageBytes; }
void mem_init() {}
void mem_deinit() {}

void mem_reset_brk() {
  alloclab::grade::LookForStrayWrite();
  if (arena.watched) std::memset(arena.begin, 0, mem_heapsize());
  arena.end = arena.begin;
}

void* mem_memcpy(void* to, const void* from, size_t bytes) { return std::memcpy(to, from, bytes); }
void* mem_memset(void* to, int value, size_t bytes) { return std::memset(to, value, bytes); }

}  // extern "C"
