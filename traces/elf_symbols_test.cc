// Symbols of this program against what llvm-nm says, and
// damaged copies.

#include "traces/elf_symbols.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "traces/sample_events.h"

namespace alloclab {
namespace {

std::string ThisProgram() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

std::set<std::string> Undefined(const std::string& path, SymbolTable table) {
  std::set<std::string> names;
  ElfFile file(path);
  EXPECT_FALSE(AnySymbol(file, table, [&](const Elf64_Sym& symbol, std::string_view name) {
    if (symbol.st_shndx == SHN_UNDEF && !name.empty()) names.emplace(name);
    return false;
  }));
  return names;
}

std::set<std::string> UndefinedByNm(const std::string& path) {
  const std::string command = "llvm-nm-19 -D --undefined-only --format=just-symbols '" + path + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(popen(command.c_str(), "r"), pclose);
  std::set<std::string> names;
  char line[4096];
  while (output != nullptr && std::fgets(line, sizeof(line), output.get()) != nullptr) {
    const std::string text = line;
    names.insert(text.substr(0, text.find_first_of("@\n")));  // without the version
  }
  return names;
}

TEST(ElfSymbols, WhatIsUndefinedIsWhatNmSays) {
  const std::set<std::string> names = UndefinedByNm(ThisProgram());
  ASSERT_GT(names.size(), 20u);
  EXPECT_EQ(Undefined(ThisProgram(), SymbolTable::kDynamic), names);
}

TEST(ElfSymbols, TheWholeTableHasLocalOnes) {
  ElfFile file(ThisProgram());
  static int local_variable[7];
  local_variable[0] = 1;
  const auto is_it = [](const Elf64_Sym& symbol, std::string_view name) {
    return name.find("local_variable") != std::string_view::npos &&
           symbol.st_size >= sizeof(local_variable) && ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT;
  };
  EXPECT_TRUE(AnySymbol(file, SymbolTable::kWhole, is_it));
  EXPECT_FALSE(AnySymbol(file, SymbolTable::kDynamic, is_it));
}

TEST(ElfSymbols, NoMoreAreShownThanAreAskedFor) {
  ElfFile file(ThisProgram());
  int shown = 0;
  EXPECT_TRUE(AnySymbol(file, SymbolTable::kDynamic,
                        [&shown](const Elf64_Sym&, std::string_view) { return ++shown == 3; }));
  EXPECT_EQ(shown, 3);
}

TEST(ElfSymbols, NoFileHasNone) {
  ElfFile file("/nowhere");
  EXPECT_FALSE(AnySymbol(file, SymbolTable::kDynamic,
                         [](const Elf64_Sym&, std::string_view) { return true; }));
}

template <class T>
std::string BytesOf(const T& value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return bytes;
}

constexpr std::string_view kNames("\0needed\0defined\0", 16);

Elf64_Sym Symbol(std::uint32_t name, std::uint16_t section) {
  Elf64_Sym symbol = {};
  symbol.st_name = name;
  symbol.st_shndx = section;
  return symbol;
}

// A file of this machine: its header, the names, four symbols, the table of sections.
std::string HandMade() {
  auto header = [] {
    std::ifstream file(ThisProgram(), std::ios::binary);
    Elf64_Ehdr of_this = {};
    file.read(reinterpret_cast<char*>(&of_this), sizeof(of_this));
    return of_this;
  }();
  const std::string symbols = BytesOf(Symbol(0, 0)) + BytesOf(Symbol(1, SHN_UNDEF)) +
                              BytesOf(Symbol(8, 2)) + BytesOf(Symbol(16, 2));
  Elf64_Shdr none = {}, names = {}, table = {};
  names.sh_type = SHT_STRTAB;
  names.sh_offset = sizeof(header);
  names.sh_size = kNames.size();
  table.sh_type = SHT_DYNSYM;
  table.sh_link = 1;
  table.sh_offset = names.sh_offset + names.sh_size;
  table.sh_size = symbols.size();
  header.e_shoff = table.sh_offset + table.sh_size;
  header.e_shnum = 3;
  header.e_phnum = 0;
  return BytesOf(header) + std::string(kNames) + symbols + BytesOf(none) + BytesOf(names) +
         BytesOf(table);
}

std::vector<std::string> NamesIn(const std::string& bytes) {
  const std::string path = TemporaryPath("symbols");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  ElfFile file(path);
  std::vector<std::string> names;
  AnySymbol(file, SymbolTable::kDynamic, [&names](const Elf64_Sym&, std::string_view name) {
    names.emplace_back(name);
    return false;
  });
  return names;
}

TEST(ElfSymbols, NamesByHand) {
  const std::string good = HandMade();
  using Names = std::vector<std::string>;
  EXPECT_EQ(NamesIn(good), (Names{"", "needed", "defined", ""}))
      << "the last lies behind its table";
  // A table that is a symbol longer than the file; no table of names; a part of a symbol.
  const auto with = [&good](const auto& change) {
    std::string bytes = good;
    Elf64_Shdr table;
    const std::size_t at = bytes.size() - sizeof(table);
    std::memcpy(&table, bytes.data() + at, sizeof(table));
    change(table);
    std::memcpy(bytes.data() + at, &table, sizeof(table));
    return NamesIn(bytes);
  };
  EXPECT_EQ(with([&](Elf64_Shdr& table) { table.sh_size = good.size(); }), Names{});
  EXPECT_EQ(with([](Elf64_Shdr& table) { table.sh_link = 3; }), Names{});
  EXPECT_EQ(with([](Elf64_Shdr& table) { table.sh_link = 0; }), (Names{"", "", "", ""}));
  EXPECT_EQ(with([](Elf64_Shdr& table) { table.sh_size -= 1; }), (Names{"", "needed", "defined"}));
  EXPECT_EQ(with([](Elf64_Shdr& table) { table.sh_type = SHT_SYMTAB; }), Names{});
}

// No damage leads outside the file (AddressSanitizer watches), whose names all lie in it.
TEST(ElfSymbols, DamageIsHarmless) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const std::string whole = HandMade();
  std::uint64_t seen = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    for (std::size_t flips = 1 + random() % 4; flips > 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (random() % 8 == 0) bytes.resize(random() % bytes.size());
    for (const std::string& name : NamesIn(bytes)) {
      EXPECT_TRUE(name.empty() || bytes.find(name) != std::string::npos) << "seed " << seed;
      ++seen;
    }
  }
  EXPECT_GT(seen, 1000u) << "seed " << seed;
}

}  // namespace
}  // namespace alloclab
