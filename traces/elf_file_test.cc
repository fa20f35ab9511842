// This program's file against what binutils' twin and the dynamic loader say, and damaged copies.

#include "traces/elf_file.h"

#include <gtest/gtest.h>
#include <link.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

std::string ThisProgram() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

// What lies before it has the headers and notes.
constexpr std::size_t kBeginning = 8192;

std::string Beginning() { return FileBytes(ThisProgram()).substr(0, kBeginning); }

std::string WriteFile(const std::string& bytes) {
  const std::string path = TemporaryPath("copy");
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

ElfFile Copy(const std::string& bytes) { return ElfFile(WriteFile(bytes)); }

template <class T>
T At(const std::string& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

template <class T>
void PutAt(std::string& bytes, std::size_t offset, const T& value) {
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

// Where the first program header of this type lies.
std::size_t SegmentAt(const std::string& bytes, std::uint32_t type) {
  const auto header = At<Elf64_Ehdr>(bytes, 0);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    if (At<Elf64_Phdr>(bytes, at).p_type == type) return at;
  }
  ADD_FAILURE() << "no segment of type " << type;
  return header.e_phoff;
}

std::string BuildIdByReadelf() {
  const std::string command = "llvm-readelf-19 -n '" + ThisProgram() + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(popen(command.c_str(), "r"), pclose);
  char line[256];
  const std::string key = "Build ID: ";
  while (output != nullptr && std::fgets(line, sizeof(line), output.get()) != nullptr) {
    const std::string text = line;
    const std::size_t at = text.find(key);
    if (at != std::string::npos)
      return text.substr(at + key.size(), text.find('\n') - at - key.size());
  }
  return "";
}

TEST(ElfFile, BuildIdIsWhatReadelfSays) {
  const std::string id = BuildIdByReadelf();
  ASSERT_GE(id.size(), 16u);
  EXPECT_EQ(ElfFile(ThisProgram()).BuildId(), id);
}

TEST(ElfFile, WhatIsNoFileIsNoElf) {
  const std::string folder = TemporaryPath("elf");
  std::filesystem::create_directory(folder);
  ASSERT_EQ(mkfifo((folder + "/fifo").c_str(), 0600), 0);
  for (const std::string& path : {folder, folder + "/fifo", folder + "/missing", std::string()}) {
    ElfFile file(path);
    EXPECT_FALSE(file.is_elf()) << path;
    EXPECT_EQ(file.BuildId(), "") << path;
  }
}

TEST(ElfFile, ACutFileHasItsBuildIdOrNone) {
  const std::string whole = Beginning();
  const std::string id = BuildIdByReadelf();
  const auto notes = At<Elf64_Phdr>(whole, SegmentAt(whole, PT_NOTE));
  std::size_t with_id = 0;
  for (std::size_t length = 0; length <= 4096; length += 64) {
    ElfFile file = Copy(whole.substr(0, length));
    EXPECT_EQ(file.is_elf(), length > 0) << length;
    const std::string read = file.BuildId();
    if (length < notes.p_offset || !read.empty()) {
      EXPECT_EQ(read, length < notes.p_offset ? "" : id) << length;
    }
    if (!read.empty()) ++with_id;
    EXPECT_FALSE(file.Section(0).has_value()) << length;
  }
  EXPECT_GT(with_id, 0u);
  EXPECT_EQ(Copy(whole).BuildId(), id);
}

TEST(ElfFile, FlippedBytesAreReadOrRefused) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  const std::string whole = Beginning();
  const auto notes = At<Elf64_Phdr>(whole, SegmentAt(whole, PT_NOTE));
  const std::size_t damaged = notes.p_offset + notes.p_filesz;
  ASSERT_LE(damaged, whole.size());
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    for (std::size_t flips = 1 + random() % 8; flips > 0; --flips) {
      // Half of them in the header, on which so much depends.
      const std::size_t end = random() % 2 == 0 ? sizeof(Elf64_Ehdr) : damaged;
      bytes[random() % end] = static_cast<char>(random());
    }
    ElfFile file = Copy(bytes);
    EXPECT_EQ(file.is_elf(), bytes.starts_with(ELFMAG)) << "seed " << seed;
    EXPECT_NE(file.Machine(), "");
    const std::string id = file.BuildId();
    EXPECT_LE(id.size(), 128u) << "seed " << seed;
    EXPECT_TRUE(id.empty() || file.IsForThisMachine()) << "seed " << seed;
    file.NamesALoader();
    for (std::size_t i = 0; i < file.sections(); ++i) {
      const auto section = file.Section(i);
      if (!section) continue;
      EXPECT_LE(file.Contents(*section).size(), bytes.size()) << "seed " << seed;
    }
  }
}

TEST(ElfFile, ContentsAreInsideOfTheFile) {
  const std::string bytes = Beginning();
  ElfFile file = Copy(bytes);
  Elf64_Shdr section = {};
  section.sh_offset = 1;
  section.sh_size = bytes.size() - 1;
  EXPECT_EQ(file.Contents(section), bytes.substr(1));
  for (const std::uint64_t size : {std::uint64_t{bytes.size()}, UINT64_MAX}) {
    section.sh_size = size;
    EXPECT_EQ(file.Contents(section), "");
  }
}

std::string WithNotes(const std::string& notes, std::uint64_t claimed_bytes) {
  std::string bytes = Beginning();
  const std::size_t at = SegmentAt(bytes, PT_NOTE);
  auto segment = At<Elf64_Phdr>(bytes, at);
  segment.p_offset = bytes.size();
  segment.p_filesz = claimed_bytes;
  PutAt(bytes, at, segment);
  // Not another one behind it, of which linkers make two.
  const auto header = At<Elf64_Ehdr>(bytes, 0);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t other = header.e_phoff + i * sizeof(Elf64_Phdr);
    if (other != at && At<Elf64_Phdr>(bytes, other).p_type == PT_NOTE) {
      PutAt(bytes, other, std::uint32_t{PT_NULL});
    }
  }
  return bytes + notes;
}

// Linux reads no more than 64 KiB of their headers.
TEST(ElfFile, TooManySegmentsAreNone) {
  std::string bytes = Beginning();
  auto header = At<Elf64_Ehdr>(bytes, 0);
  header.e_phnum = 1170;
  PutAt(bytes, 0, header);
  EXPECT_EQ(Copy(bytes).BuildId(), ElfFile(ThisProgram()).BuildId());
  header.e_phnum = 1171;
  PutAt(bytes, 0, header);
  EXPECT_EQ(Copy(bytes).BuildId(), "");
}

std::string Note(std::uint32_t name_bytes, std::uint32_t id_bytes, std::uint32_t type,
                 const std::string& rest) {
  std::string note(sizeof(Elf64_Nhdr), '\0');
  PutAt(note, 0, Elf64_Nhdr{name_bytes, id_bytes, type});
  return note + rest;
}

TEST(ElfFile, BuildIdByHand) {
  const std::string gnu("GNU\0", 4);
  const auto id_of = [](const std::string& notes) {
    return Copy(WithNotes(notes, notes.size())).BuildId();
  };
  const std::string good = Note(4, 3, NT_GNU_BUILD_ID, gnu + "\x01\xab\xff");
  EXPECT_EQ(id_of(good), "01abff");
  // Behind others, whose names and contents are padded to four bytes.
  EXPECT_EQ(id_of(Note(5, 2, 1, std::string(8 + 4, 'x')) + good), "01abff");
  EXPECT_EQ(id_of(Note(4, 4, NT_GNU_BUILD_ID, "GNX" + std::string(5, '\0')) + good), "01abff");
  EXPECT_EQ(id_of(Note(4, 4, NT_GNU_ABI_TAG, gnu + "1234") + good), "01abff");
  EXPECT_EQ(id_of(Note(0, 0, 0, "") + good), "01abff");
  EXPECT_EQ(id_of(Note(4, 64, NT_GNU_BUILD_ID, gnu + std::string(64, 'a'))).size(), 128u);
  EXPECT_EQ(id_of(Note(4, 65, NT_GNU_BUILD_ID, gnu + std::string(68, 'a'))), "");
  // Longer than the segment, whatever follows in the file.
  EXPECT_EQ(Copy(WithNotes(good, good.size() - 1)).BuildId(), "");
  EXPECT_EQ(Copy(WithNotes(good, good.size() + 1)).BuildId(), "");
  EXPECT_EQ(id_of(Note(UINT32_MAX, 3, NT_GNU_BUILD_ID, gnu + "123")), "");
  EXPECT_EQ(id_of(Note(4, UINT32_MAX, NT_GNU_BUILD_ID, gnu + "123")), "");
  EXPECT_EQ(id_of(good.substr(0, 11)), "");
  EXPECT_EQ(id_of(""), "");
  // So many notes are nobody's.
  const std::string empty_ones = std::string(std::size_t{5459} * sizeof(Elf64_Nhdr), '\0');
  EXPECT_EQ(id_of(empty_ones + good + std::string(9, '\0')), "01abff");
  EXPECT_EQ(id_of(empty_ones + good + std::string(10, '\0')), "");
}

}  // namespace
}  // namespace alloclab
