#include "bench/grade/memory_functions.h"

#include <algorithm>

namespace alloclab::grade {
namespace {

constexpr std::string_view kFunctions[] = {
    // A heap.
    "malloc", "calloc", "realloc", "reallocarray", "free", "cfree", "aligned_alloc", "memalign",
    "posix_memalign", "valloc", "pvalloc",
    // The system.
    "mmap", "mremap", "munmap", "brk", "sbrk", "shmat", "shmdt",
    // What is to be given to free, or is made of such memory.
    "strdup", "strndup", "wcsdup", "asprintf", "vasprintf", "getline", "getdelim", "open_memstream",
    "open_wmemstream", "tsearch", "hcreate", "hcreate_r",
    // Any function.
    "syscall", "dlopen", "dlmopen", "dlsym", "dlvsym"};

// Other names of these in the GNU C library, some of which its headers put in their place.
struct Alias {
  std::string_view symbol;
  std::string_view name;
};
constexpr Alias kAliases[] = {{"__libc_malloc", "malloc"},
                              {"__libc_calloc", "calloc"},
                              {"__libc_realloc", "realloc"},
                              {"__libc_reallocarray", "reallocarray"},
                              {"__libc_free", "free"},
                              {"__libc_memalign", "memalign"},
                              {"__libc_valloc", "valloc"},
                              {"__libc_pvalloc", "pvalloc"},
                              {"__posix_memalign", "posix_memalign"},
                              {"mmap64", "mmap"},
                              {"__mmap", "mmap"},
                              {"__munmap", "munmap"},
                              {"__sbrk", "sbrk"},
                              {"__strdup", "strdup"},
                              {"__strndup", "strndup"},
                              {"__asprintf", "asprintf"},
                              {"__asprintf_chk", "asprintf"},
                              {"__vasprintf_chk", "vasprintf"},
                              {"__getdelim", "getdelim"}};

// As the ABI of C++ begins the names of all forms.
constexpr Alias kBeginnings[] = {{"_Znw", "operator new"}, {"_Zna", "operator new[]"}};

}  // namespace

std::string_view MemoryFunction(std::string_view symbol) {
  const auto* const plain = std::find(std::begin(kFunctions), std::end(kFunctions), symbol);
  if (plain != std::end(kFunctions)) return *plain;
  for (const Alias& alias : kAliases) {
    if (symbol == alias.symbol) return alias.name;
  }
  for (const Alias& beginning : kBeginnings) {
    if (symbol.starts_with(beginning.symbol)) return beginning.name;
  }
  return {};
}

bool IsMemoryFunction(std::string_view name) {
  const auto is_named = [name](const Alias& alias) { return alias.name == name; };
  return (!name.empty() && MemoryFunction(name) == name) ||
         std::any_of(std::begin(kBeginnings), std::end(kBeginnings), is_named);
}

}  // namespace alloclab::grade
