// A small allocator under malloc's names: it never reuses memory, and its realloc and calloc call
// its malloc by name, as allocators do. Linked as a library before the C library, and into an
// executable.

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kArenaBytes = 64 << 20;
alignas(16) char arena[kArenaBytes];
std::size_t arena_used = 0;

// The size of a block stands before it.
std::size_t& SizeOf(void* block) {
  return *reinterpret_cast<std::size_t*>(static_cast<char*>(block) - 16);
}

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) noexcept {
  if (bytes > kArenaBytes) {
    errno = ENOMEM;
    return nullptr;
  }
  const std::size_t rounded = (bytes + 31) & ~std::size_t{15};
  const std::size_t begin = __atomic_fetch_add(&arena_used, rounded, __ATOMIC_RELAXED);
  if (begin + rounded > kArenaBytes) {
    errno = ENOMEM;
    return nullptr;
  }
  void* block = arena + begin + 16;
  SizeOf(block) = bytes;
  return block;
}

void free(void*) noexcept {}

void* calloc(std::size_t count, std::size_t bytes) noexcept { return malloc(count * bytes); }

void* realloc(void* old, std::size_t bytes) noexcept {
  void* block = malloc(bytes);
  if (block == nullptr || old == nullptr) return block;
  std::memcpy(block, old, SizeOf(old) < bytes ? SizeOf(old) : bytes);
  free(old);
  return block;
}

}  // extern "C"
