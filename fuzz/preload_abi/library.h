// A library that serves the C library's allocation functions, loaded beside this process's own.
//
// Loaded with RTLD_LOCAL, it takes nobody's malloc over: this program, its sanitizer and the other
// libraries keep theirs, and its own calls of malloc reach itself, for it was linked so
// (-Bsymbolic-functions). Its heap lives as long as the process, as any preloaded one: a library is
// never unloaded.

#ifndef ALLOCLAB_FUZZ_PRELOAD_ABI_LIBRARY_H_
#define ALLOCLAB_FUZZ_PRELOAD_ABI_LIBRARY_H_

#include <cstddef>
#include <string>

namespace alloclab {

struct MallocLibrary {
  std::string path;
  void* handle;

  void* (*malloc)(std::size_t);
  void (*free)(void*);
  void* (*calloc)(std::size_t, std::size_t);
  void* (*realloc)(void*, std::size_t);
  void* (*reallocarray)(void*, std::size_t, std::size_t);
  void* (*memalign)(std::size_t, std::size_t);
  void* (*aligned_alloc)(std::size_t, std::size_t);
  int (*posix_memalign)(void**, std::size_t, std::size_t);
  void* (*valloc)(std::size_t);
  void* (*pvalloc)(std::size_t);
  std::size_t (*malloc_usable_size)(void*);
  void (*cfree)(void*);
  void (*free_sized)(void*, std::size_t);
  void (*free_aligned_sized)(void*, std::size_t, std::size_t);
};

// Throws std::runtime_error with a sentence when the library cannot be loaded, lacks a function, or
// one of its functions is not its own.
MallocLibrary LoadMallocLibrary(const std::string& path);

// Where the build puts //PACKAGE:NAME, for a program that was built with it: beside itself.
std::string BuiltPath(const std::string& package_and_name);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PRELOAD_ABI_LIBRARY_H_
