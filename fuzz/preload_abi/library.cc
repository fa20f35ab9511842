#include "fuzz/preload_abi/library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

namespace alloclab {
namespace {

[[noreturn]] void Fail(const std::string& path, const std::string& sentence) {
  throw std::runtime_error(fmt::format("{}: {}", path, sentence));
}

template <class Function>
void Find(const MallocLibrary& library, const char* name, Function*& function) {
  void* address = dlsym(library.handle, name);
  if (address == nullptr) Fail(library.path, fmt::format("it has no {}", name));
  // dlsym would also find it in what the library needs, as the C library.
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname != library.path) {
    Fail(library.path, fmt::format("its {} is that of {}", name, info.dli_fname));
  }
  function = reinterpret_cast<Function*>(address);
}

}  // namespace

MallocLibrary LoadMallocLibrary(const std::string& path) {
  MallocLibrary library{};
  library.path = path;
  library.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library.handle == nullptr) Fail(path, dlerror());
  Find(library, "malloc", library.malloc);
  Find(library, "free", library.free);
  Find(library, "calloc", library.calloc);
  Find(library, "realloc", library.realloc);
  Find(library, "reallocarray", library.reallocarray);
  Find(library, "memalign", library.memalign);
  Find(library, "aligned_alloc", library.aligned_alloc);
  Find(library, "posix_memalign", library.posix_memalign);
  Find(library, "valloc", library.valloc);
  Find(library, "pvalloc", library.pvalloc);
  Find(library, "malloc_usable_size", library.malloc_usable_size);
  Find(library, "cfree", library.cfree);
  Find(library, "free_sized", library.free_sized);
  Find(library, "free_aligned_sized", library.free_aligned_sized);
  return library;
}

std::string BuiltPath(const std::string& package_and_name) {
  // BIN/fuzz/.../program
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  while (folder.filename() != "fuzz" && folder.has_relative_path()) folder = folder.parent_path();
  return (folder.parent_path() / package_and_name).string();
}

}  // namespace alloclab
