// Which allocators a list of names means, and which lists are refused.

#include "bench/candidates/candidate.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "bench/process/compare_error.h"

namespace alloclab {
namespace {

constexpr const char* kLibrary = "bench/broken_libraries/no_malloc.so";

std::vector<std::string> Names(const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const Candidate& candidate : ResolveCandidates(names)) {
    found.push_back(std::string(TableName(candidate.table)) + "/" + candidate.name);
  }
  return found;
}

std::string Refusal(const std::vector<std::string>& names) {
  try {
    ResolveCandidates(names);
  } catch (const CompareError& error) {
    return error.what();
  }
  return "not refused";
}

using Strings = std::vector<std::string>;

TEST(Candidate, EachTableThatIsNotEmptyHasSystem) {
  EXPECT_EQ(Names({"bump"}), (Strings{"in_process/bump", "in_process/system"}));
  EXPECT_EQ(Names({"system", "bump"}), (Strings{"in_process/system", "in_process/bump"}));
  EXPECT_EQ(Names({kLibrary}), (Strings{"preload/no_malloc.so", "preload/system"}));
  EXPECT_EQ(Names({kLibrary, "bump"}), (Strings{"in_process/bump", "in_process/system",
                                                "preload/no_malloc.so", "preload/system"}));
}

TEST(Candidate, ANameCountsOnce) {
  EXPECT_EQ(Names({"bump", "bump"}), (Strings{"in_process/bump", "in_process/system"}));
}

TEST(Candidate, NoNamesMeanEverything) {
  const Strings everything = Names({});
  for (const std::string_view name : Variants::kNames) {
    const std::string wanted = "in_process/" + std::string(name);
    EXPECT_EQ(std::count(everything.begin(), everything.end(), wanted), 1) << wanted;
  }
}

TEST(Candidate, PathsBecomeAbsolute) {
  const std::vector<Candidate> candidates = ResolveCandidates({kLibrary});
  EXPECT_TRUE(std::filesystem::path(candidates[0].path).is_absolute());
  EXPECT_TRUE(std::filesystem::exists(candidates[0].path));
}

// other/link leads to other/deep/folder, so other/link/../lib.so is other/deep/lib.so: by the
// letters it would be other/lib.so.
TEST(Candidate, ThePathThatIsCheckedIsTheOneThatIsTaken) {
  namespace fs = std::filesystem;
  const fs::path other = fs::path(testing::TempDir()) / "links";
  fs::remove_all(other);
  fs::create_directories(other / "deep/folder");
  fs::create_directory_symlink(other / "deep/folder", other / "link");
  std::ofstream(other / "lib.so") << "no library";
  fs::copy_file(kLibrary, other / "deep/lib.so");
  const std::vector<Candidate> candidates = ResolveCandidates({other / "link/../lib.so"});
  EXPECT_TRUE(fs::equivalent(candidates[0].path, other / "deep/lib.so")) << candidates[0].path;
  // Spelled in another way it is the same one.
  EXPECT_EQ(Names({other / "link/../lib.so", other / "deep/./folder/../lib.so"}).size(), 2u);
  // A library that is a link keeps the name that it was given.
  fs::create_symlink("lib.so", other / "deep/libnamed.so.1");
  EXPECT_EQ(Names({other / "deep/libnamed.so.1"})[0], "preload/libnamed.so.1");
  EXPECT_EQ(fs::path(ResolveCandidates({other / "deep/libnamed.so.1"})[0].path).filename(),
            "libnamed.so.1");
}

TEST(Candidate, LibrariesForOtherMachinesAreRefused) {
  std::ifstream stream(kLibrary, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)),
                          std::istreambuf_iterator<char>());
  const std::string other = testing::TempDir() + "/other_machine.so";
  const auto refusal_with = [&](std::size_t at, char byte) {
    std::string bytes = whole;
    bytes[at] = byte;
    std::ofstream(other, std::ios::binary | std::ios::trunc) << bytes;
    return Refusal({other});
  };
  EXPECT_EQ(refusal_with(EI_PAD, 0), "not refused");
  const std::string machine = refusal_with(offsetof(Elf64_Ehdr, e_machine), EM_ARM);
  EXPECT_EQ(machine.find(other + ": this library is for ARM (64-bit), and programs here are for "),
            0u)
      << machine;
  EXPECT_NE(refusal_with(EI_CLASS, ELFCLASS32).find("(32-bit), and programs here are for "),
            std::string::npos);
  EXPECT_NE(refusal_with(EI_DATA, whole[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB)
                .find("this library is for "),
            std::string::npos);
}

TEST(Candidate, KnownAllocatorsAreKnownByTheirFile) {
  for (const char* known :
       {"/a/b/libmalloc_tlsf.so", "libmalloc_bump.so", "/x/libjemalloc.so.2",
        "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4", "/y/libtbbmalloc_proxy.so.2",
        "/z/libclang_rt.scudo_standalone-x86_64.so"}) {
    EXPECT_TRUE(IsKnownAllocator(known)) << known;
  }
  for (const char* other : {"/libmalloc_tlsf.so/other.so", "libmalloc_tlsfx.so", "libmine.so", "",
                            "/a/liballoclab_record.so"}) {
    EXPECT_FALSE(IsKnownAllocator(other)) << other;
  }
}

TEST(Candidate, RefusalsNameWhatIsWrong) {
  EXPECT_EQ(Refusal({"tlsfx"}).find("unknown allocator \"tlsfx\". Known are: "), 0u);
  EXPECT_EQ(Refusal({"/nowhere/lib.so"}).find("/nowhere/lib.so: there is no such file"), 0u);
  const std::string text = std::string(testing::TempDir()) + "/text.so";
  std::ofstream(text) << "not an ELF file, though it is long enough to hold the header of one: "
                      << std::string(100, '.');
  EXPECT_EQ(Refusal({text}).find(text + ": this is not a shared library"), 0u);
  std::ofstream(text, std::ios::trunc) << "\177ELF";
  EXPECT_EQ(Refusal({text}).find(text + ": this is not a shared library"), 0u);
  const std::string folder = std::string(testing::TempDir()) + "/other";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(kLibrary, folder + "/no_malloc.so",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(kLibrary, folder + "/a b.so",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(Refusal({folder + "/a b.so"}).find("LD_PRELOAD cannot name"), std::string::npos);
  EXPECT_EQ(Refusal({kLibrary, folder + "/no_malloc.so"}).find("two libraries are called"), 0u);
}

}  // namespace
}  // namespace alloclab
