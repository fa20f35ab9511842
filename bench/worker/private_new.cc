// operator new and delete of the worker: memory of its own, never from malloc.
//
// The checker's books would otherwise lie among the blocks they are about, be measured with them,
// and be destroyed by the overlap they are to report. Every form is replaced, those with an
// alignment, too, for the library's would take from malloc (a pool of std::pmr asks for its chunks
// by them). Freed memory is kept by power of two for the next request of that size; nothing is ever
// given back. One thread only, as the worker is.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::size_t kSmallestLog2 = 5;

// Before every block: which list it goes back to. As large as the alignment of a block.
struct alignas(16) Header {
  std::size_t log2;
};
struct FreeBlock {
  FreeBlock* next;
};

FreeBlock* free_lists[64];
std::byte* chunk_begin = nullptr;
std::byte* chunk_end = nullptr;

// The worker has no use for exceptions; what it says is shown with how it ended.
[[noreturn]] void EndWithoutMemory() {
  constexpr std::string_view kSentence =
      "worker: there is no memory for the checker's books: the limit (--memory-limit), or the "
      "system, gave no more\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kSentence.data(), kSentence.size());
  std::abort();
}

// A piece of fresh memory. Ends the process when there is none.
void* Fresh(std::size_t bytes) {
  if (static_cast<std::size_t>(chunk_end - chunk_begin) < bytes) {
    const std::size_t mapped = bytes > kChunkBytes ? bytes : kChunkBytes;
    void* chunk = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) EndWithoutMemory();
    chunk_begin = static_cast<std::byte*>(chunk);
    chunk_end = chunk_begin + mapped;
  }
  void* piece = chunk_begin;
  chunk_begin += bytes;
  return piece;
}

}  // namespace

void* operator new(std::size_t bytes) {
  if (bytes > (std::size_t{1} << 62)) EndWithoutMemory();
  const std::size_t needed = bytes + sizeof(Header);
  std::size_t log2 = static_cast<std::size_t>(std::bit_width(needed - 1));
  if (log2 < kSmallestLog2) log2 = kSmallestLog2;
  void* piece = free_lists[log2];
  if (piece != nullptr) {
    free_lists[log2] = free_lists[log2]->next;
  } else {
    piece = Fresh(std::size_t{1} << log2);
  }
  auto* header = new (piece) Header{log2};
  return header + 1;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  Header* header = static_cast<Header*>(block) - 1;
  const std::size_t log2 = header->log2;
  free_lists[log2] = new (header) FreeBlock{free_lists[log2]};
}

void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

// A block of operator new with room to move its beginning up; where it really begins is noted below
// the beginning that is given out. That is at least a header further, as no alignment here is less
// than a header's.
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const std::size_t unit = std::max(static_cast<std::size_t>(alignment), sizeof(Header));
  if (bytes > (std::size_t{1} << 61) || unit > (std::size_t{1} << 61)) EndWithoutMemory();
  std::byte* block = static_cast<std::byte*>(operator new(bytes + unit));
  const std::size_t up = unit - (reinterpret_cast<std::uintptr_t>(block) & (unit - 1));
  std::byte* given = block + up;
  new (given - sizeof(Header)) void*(block);
  return given;
}

void operator delete(void* given, std::align_val_t) noexcept {
  if (given == nullptr) return;
  operator delete(*reinterpret_cast<void**>(static_cast<std::byte*>(given) - sizeof(Header)));
}

void operator delete(void* given, std::size_t, std::align_val_t alignment) noexcept {
  operator delete(given, alignment);
}
