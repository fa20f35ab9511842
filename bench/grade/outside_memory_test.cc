// What is found in compiled sources, by both compilers and both linkers, against what their
// variables' sizes add up to; and in damaged files.

#include "bench/grade/outside_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <set>
#include <string>

namespace alloclab::grade {
namespace {

namespace fs = std::filesystem;

class FoundIn {
 public:
  // `source` is C, or C++ where the extension says so.
  explicit FoundIn(const std::string& source, const std::string& compiler = "",
                   const std::string& flag = "", const std::string& extension = ".c") {
    setenv(extension == ".c" ? "CC" : "CXX", compiler.c_str(), 1);
    const std::string path = testing::TempDir() + "source" + extension;
    std::ofstream(path) << source;
    CompileOptions options;
    if (!flag.empty()) options.flags = {flag};
    solution_ = CompileSolution({path}, folder_, options);
    found_ = FindOutsideMemory(solution_);
  }
  const OutsideMemory* operator->() const { return &found_; }
  const CompiledSolution& solution() const { return solution_; }

 private:
  PrivateFolder folder_;
  CompiledSolution solution_;
  OutsideMemory found_;
};

const char* const kCompilers[] = {"clang-19", "gcc", "clang-19 -fuse-ld=lld", "gcc -fuse-ld=gold"};

TEST(OutsideMemory, NoVariablesAreNoBytes) {
  for (const char* compiler : kCompilers) {
    const FoundIn found(
        "#include <string.h>\n#include <stdio.h>\n#include \"memlib.h\"\n"
        "static const char* const names[] = {\"a\", \"b\"};\nconst int table[100] = {1};\n"
        "void* mm_malloc(size_t n) { printf(\"%s%d\", names[n % 2], table[n % 9]);\n"
        "  return memset(mem_sbrk((intptr_t)n), 1, n); }\n",
        compiler);
    EXPECT_EQ(found->static_bytes, 0u) << compiler;
    EXPECT_TRUE(found->variables.empty()) << compiler;
    EXPECT_TRUE(found->functions.empty()) << compiler;
  }
}

TEST(OutsideMemory, VariablesOfEachKindAreCounted) {
  for (const char* compiler : kCompilers) {
    const FoundIn found(
        "#include <stddef.h>\n"
        "char zeros[4096]; char* values[128] = {zeros}; _Thread_local char of_thread[512];\n"
        "_Thread_local int with_value = 3;\n"
        "void* mm_malloc(size_t n) { of_thread[n] = (char)n; return values[with_value++]; }\n",
        compiler);
    EXPECT_EQ(found->static_bytes, 4096u + 128 * 8 + 512 + 4) << compiler;
    ASSERT_EQ(found->variables.size(), 4u) << compiler;
    EXPECT_EQ(found->variables[0].name, "zeros") << compiler;
    EXPECT_EQ(found->variables[0].bytes, 4096u) << compiler;
    EXPECT_EQ(found->variables[1].name, "values") << compiler;
    EXPECT_EQ(found->variables[2].name, "of_thread") << compiler;
    EXPECT_EQ(found->variables[3].name, "with_value") << compiler;
  }
}

// Tentative definitions in a section of their own until they are linked, as older compilers have
// them; and data that has no name.
TEST(OutsideMemory, NoKindOfDataGoesUnseen) {
  EXPECT_EQ(FoundIn("int many[1000];\n", "gcc", "-fcommon")->static_bytes, 4000u);
  const FoundIn nameless("__asm__(\".bss\\n.space 5000\\n.text\");\n");
  EXPECT_EQ(nameless->static_bytes, 5000u);
  EXPECT_TRUE(nameless->variables.empty());
  const FoundIn section("__attribute__((section(\".mine\"))) int own[100];\n");
  EXPECT_EQ(section->static_bytes, 400u);
}

TEST(OutsideMemory, CxxHasItsOwn) {
  const FoundIn found(
      "namespace lists { struct Heads { Heads(); ~Heads(); void* heads[64]; };\n"
      "Heads::Heads() : heads{} {}\nHeads::~Heads() { heads[0] = nullptr; }\nHeads all; }\n"
      "namespace n { void* Take(unsigned long n) { return ::operator new(n); } }\n",
      "", "", ".cc");
  EXPECT_EQ(found->static_bytes, 512u);
  ASSERT_EQ(found->variables.size(), 1u);
  EXPECT_EQ(found->variables[0].name, "lists::all");
  ASSERT_EQ(found->functions.size(), 1u);
  EXPECT_EQ(found->functions[0].name, "operator new");
  EXPECT_EQ(found->functions[0].users, (std::set<std::string>{"n::Take(unsigned long)"}));
}

TEST(OutsideMemory, WhoUsesAFunctionIsKnown) {
  for (const char* compiler : {"clang-19", "gcc"}) {
    const FoundIn found(
        "#include <stdlib.h>\n#include <sys/mman.h>\n"
        "void* mm_malloc(size_t n) { return n > 9 ? malloc(n) : calloc(n, 2); }\n"
        "void* mm_realloc(void* p, size_t n) { (void)p; return malloc(n); }\n"
        "void mm_free(void* p) { munmap(p, 1); }\n"
        "void mm_checkheap(void) {}\n",
        compiler);
    ASSERT_EQ(found->functions.size(), 3u) << compiler;
    EXPECT_EQ(found->functions[0].name, "calloc");
    EXPECT_EQ(found->functions[0].users, (std::set<std::string>{"mm_malloc"}));
    EXPECT_EQ(found->functions[1].name, "malloc");
    EXPECT_EQ(found->functions[1].users, (std::set<std::string>{"mm_malloc", "mm_realloc"}));
    EXPECT_EQ(found->functions[2].name, "munmap");
    EXPECT_EQ(found->functions[2].users, (std::set<std::string>{"mm_free"}));
  }
  const FoundIn apart(
      "#include <stdlib.h>\nvoid* mm_malloc(size_t n) { return (void*)n; }\n"
      "void* mm_realloc(void* p, size_t n) { (void)p; return malloc(n); }\n",
      "gcc", "-ffunction-sections");
  ASSERT_EQ(apart->functions.size(), 1u);
  EXPECT_EQ(apart->functions[0].users, (std::set<std::string>{"mm_realloc"}))
      << "each begins at 0 in a section of its own";
  const FoundIn late("#include <stdlib.h>\nvoid* mm_malloc(size_t n) { return malloc(n); }\n",
                     "gcc", "-flto");
  ASSERT_EQ(late->functions.size(), 1u) << "where the objects tell nothing, the library does";
  EXPECT_EQ(late->functions[0].name, "malloc");
}

TEST(OutsideMemory, NamesAreThoseOfTheSource) {
  const std::string long_name(80, 'n');
  const FoundIn found("char i[3];\nchar " + long_name + "[2];\n");
  ASSERT_EQ(found->variables.size(), 2u);
  EXPECT_EQ(found->variables[0].name, "i") << "which would be int in a symbol of C++";
  EXPECT_EQ(found->variables[1].name, long_name.substr(0, 60) + "...");
}

// Of which the labs' own takes the heap from malloc, or mmap.
TEST(OutsideMemory, AMemlibOfTheSolutionsIsNotHeldAgainstIt) {
  const std::string memlib =
      "#include <stdlib.h>\nstatic char* heap;\nvoid mem_init(void) { heap = malloc(99); }\n"
      "void mem_deinit(void) { free(heap); }\n";
  EXPECT_TRUE(FoundIn(memlib)->functions.empty());
  const FoundIn more(memlib + "void* mem_more(size_t n) { return malloc(n); }\n");
  ASSERT_EQ(more->functions.size(), 1u);
  EXPECT_EQ(more->functions[0].users, (std::set<std::string>{"mem_init", "mem_more"}));
}

// Labs of newer years call their functions so.
TEST(OutsideMemory, AMallocOfItsOwnIsNotTheLibrarys) {
  const FoundIn found(
      "#include <stddef.h>\nvoid free(void* p) { (void)p; }\n"
      "__attribute__((noinline)) void* malloc(size_t n) { return (void*)n; }\n"
      "void* mm_malloc(size_t n) { free(NULL); return malloc(n); }\n");
  EXPECT_TRUE(found->functions.empty());
}

// No damage leads outside the files (AddressSanitizer watches).
TEST(OutsideMemory, DamageIsHarmless) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const FoundIn found(
      "#include <stdlib.h>\nlong table[300];\n"
      "void* mm_malloc(size_t n) { ++table[n]; return malloc(n); }\n");
  const auto read = [](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string library = read(found.solution().library);
  const std::string object = read(found.solution().objects.at(0));
  const CompiledSolution damaged = {.library = testing::TempDir() + "damaged.so",
                                    .objects = {testing::TempDir() + "damaged.o"}};
  const auto flip = [&](std::string bytes, const std::string& path) {
    for (std::size_t flips = random() % 5; flips > 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  };
  int still_found = 0;
  for (int round = 0; round < 1000; ++round) {
    flip(library, damaged.library);
    flip(object, damaged.objects[0]);
    const OutsideMemory outside = FindOutsideMemory(damaged);
    if (outside.functions.size() == 1 && outside.static_bytes == 2400) ++still_found;
  }
  EXPECT_GT(still_found, 100) << "seed " << seed;
  EXPECT_EQ(FindOutsideMemory({.library = "/nowhere", .objects = {"/nowhere"}}).static_bytes, 0u);
}

}  // namespace
}  // namespace alloclab::grade
