// A dlsym that allocates before it answers, as some C libraries' do: the recorder's own questions
// come back to it as calls of calloc, realloc and free.

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

extern "C" void* dlsym(void* handle, const char* name) noexcept {
  using Dlsym = void* (*)(void*, const char*);
  static const auto real = reinterpret_cast<Dlsym>(dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34"));
  auto* block = static_cast<char*>(std::calloc(4, 8));
  asm volatile("" : "+r"(block) : : "memory");
  for (int i = 0; i < 32; ++i) {
    if (block[i] != 0) std::abort();
  }
  block[31] = 'x';
  block = static_cast<char*>(std::realloc(block, 64));
  asm volatile("" : "+r"(block) : : "memory");
  if (block[31] != 'x') std::abort();
  std::free(block);
  return real(handle, name);
}
