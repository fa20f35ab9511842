// Which libraries are seen to define malloc: known ones, and files that are damaged in every place.

#include "bench/candidates/exported_function.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace alloclab {
namespace {

constexpr const char* kLibrary = "bench/broken_libraries/no_malloc.so";

TEST(ExportedFunction, IsFoundWhereItIsDefined) {
  EXPECT_TRUE(ExportsFunction("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "malloc"));
  EXPECT_TRUE(ExportsFunction("/usr/lib/x86_64-linux-gnu/libc.so.6", "malloc"));
  EXPECT_TRUE(ExportsFunction(kLibrary, "AlloclabHasNoMalloc"));
}

// Written in assembly without a type, and chosen at load time.
TEST(ExportedFunction, IsFoundWhateverItsTypeIs) {
  EXPECT_TRUE(ExportsFunction(kLibrary, "AlloclabUntyped"));
  EXPECT_TRUE(ExportsFunction(kLibrary, "AlloclabChosen"));
  EXPECT_FALSE(ExportsFunction(kLibrary, "alloclab_data"));
}

// The same library, if its header said that it is for another machine.
TEST(ExportedFunction, IsNotFoundInALibraryForAnotherMachine) {
  std::ifstream stream(kLibrary, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)),
                          std::istreambuf_iterator<char>());
  const std::string other = testing::TempDir() + "/other_machine.so";
  const auto finds_with = [&](std::size_t at, char byte) {
    std::string bytes = whole;
    bytes[at] = byte;
    std::ofstream(other, std::ios::binary | std::ios::trunc) << bytes;
    return ExportsFunction(other, "AlloclabHasNoMalloc");
  };
  EXPECT_TRUE(finds_with(EI_PAD, 0));
  EXPECT_FALSE(finds_with(EI_CLASS, ELFCLASS32));
  EXPECT_FALSE(finds_with(EI_DATA, whole[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB));
  EXPECT_FALSE(finds_with(offsetof(Elf64_Ehdr, e_machine), EM_S390));
}

TEST(ExportedFunction, IsNotFoundElsewhere) {
  EXPECT_FALSE(ExportsFunction(kLibrary, "malloc"));
  EXPECT_FALSE(ExportsFunction(kLibrary, "AlloclabHasNoMallo"));
  EXPECT_FALSE(ExportsFunction(kLibrary, ""));
  // libm needs symbols of the C library, and defines none of them.
  EXPECT_FALSE(ExportsFunction("/usr/lib/x86_64-linux-gnu/libm.so.6", "malloc"));
  EXPECT_FALSE(ExportsFunction("/nowhere/lib.so", "malloc"));
  EXPECT_FALSE(ExportsFunction("/", "malloc"));
}

// No damage leads outside the file (AddressSanitizer watches): cut anywhere, and with each byte of
// the header and the section table set to what is worst.
TEST(ExportedFunction, DamageIsHarmless) {
  std::ifstream stream(kLibrary, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)),
                          std::istreambuf_iterator<char>());
  ASSERT_GT(whole.size(), 2000u);
  const std::string damaged = testing::TempDir() + "/damaged.so";
  const auto look = [&](const std::string& bytes) {
    std::ofstream(damaged, std::ios::binary | std::ios::trunc) << bytes;
    return ExportsFunction(damaged, "AlloclabHasNoMalloc");
  };
  EXPECT_TRUE(look(whole));
  Elf64_Ehdr header;
  std::memcpy(&header, whole.data(), sizeof(header));
  ASSERT_LT(header.e_shoff, whole.size()) << "the section table lies elsewhere";
  for (std::size_t size = 0; size < whole.size(); size += 53) {
    // Without the table nothing is found; with a part of it, who knows.
    EXPECT_FALSE(look(whole.substr(0, size)) && size <= header.e_shoff) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at == sizeof(header)) at = header.e_shoff;
    std::string bytes = whole;
    bytes[at] = '\xFF';
    look(bytes);
  }
}

}  // namespace
}  // namespace alloclab
