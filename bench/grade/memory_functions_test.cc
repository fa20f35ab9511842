// The list of functions against a C library's own: each name must be there, or nobody is refused.

#include "bench/grade/memory_functions.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "traces/elf_symbols.h"

namespace alloclab::grade {
namespace {

TEST(MemoryFunctions, AreKnownByNameAndAlias) {
  for (const char* name : {"malloc", "free", "mmap", "sbrk", "strdup", "dlsym", "syscall"}) {
    EXPECT_EQ(MemoryFunction(name), name);
    EXPECT_TRUE(IsMemoryFunction(name));
  }
  EXPECT_EQ(MemoryFunction("mmap64"), "mmap");
  EXPECT_EQ(MemoryFunction("__libc_malloc"), "malloc");
  EXPECT_EQ(MemoryFunction("__asprintf_chk"), "asprintf");
  EXPECT_EQ(MemoryFunction("_Znwm"), "operator new");
  EXPECT_EQ(MemoryFunction("_ZnamSt11align_val_tRKSt9nothrow_t"), "operator new[]");
  EXPECT_TRUE(IsMemoryFunction("operator new"));
}

TEST(MemoryFunctions, OthersAreNone) {
  for (const char* symbol : {"", "mallo", "malloc2", "mm_malloc", "mem_sbrk", "memcpy", "printf",
                             "alloca", "_ZdlPv", "_ZdaPv", "qsort", "_Z", "operator new"}) {
    EXPECT_EQ(MemoryFunction(symbol), "") << symbol;
  }
  for (const char* name : {"", "mmap64", "__libc_malloc", "_Znwm", "printf", "operator delete"}) {
    EXPECT_FALSE(IsMemoryFunction(name)) << name;
  }
}

// Each function of the C library that is on the list, seen as a solution that uses it would see it.
TEST(MemoryFunctions, TheCLibrarysAreFound) {
  Dl_info info = {};
  ASSERT_NE(dladdr(dlsym(RTLD_NEXT, "qsort"), &info), 0);
  std::set<std::string> found;
  ElfFile file(info.dli_fname);
  AnySymbol(file, SymbolTable::kDynamic, [&](const Elf64_Sym& symbol, std::string_view name) {
    if (symbol.st_shndx != SHN_UNDEF) found.emplace(MemoryFunction(name));
    return false;
  });
  found.erase("");
  std::set<std::string> expected = {
      "aligned_alloc",  "asprintf", "brk",       "calloc",         "dlmopen",
      "dlopen",         "dlsym",    "dlvsym",    "free",           "getdelim",
      "getline",        "hcreate",  "hcreate_r", "malloc",         "memalign",
      "mmap",           "mremap",   "munmap",    "open_memstream", "open_wmemstream",
      "posix_memalign", "pvalloc",  "realloc",   "reallocarray",   "sbrk",
      "shmat",          "shmdt",    "strdup",    "strndup",        "syscall",
      "tsearch",        "valloc",   "vasprintf", "wcsdup"};
  found.erase("cfree");  // which newer ones no longer have for new programs
  EXPECT_EQ(found, expected) << info.dli_fname;
}

}  // namespace
}  // namespace alloclab::grade
