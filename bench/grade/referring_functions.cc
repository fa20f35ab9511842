#include "bench/grade/referring_functions.h"

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bench/grade/source_name.h"
#include "traces/elf_file.h"
#include "traces/elf_symbols.h"

namespace alloclab::grade {
namespace {

struct Function {
  std::string name;
  std::size_t section = 0;
  std::uint64_t begin = 0;  // in the section
  std::uint64_t bytes = 0;

  bool Holds(std::size_t of_section, std::uint64_t at) const {
    return of_section == section && at >= begin && at - begin < bytes;
  }
};

struct Symbols {
  std::map<std::uint64_t, std::string> wanted;  // by number
  std::vector<Function> functions;
};

Symbols SymbolsOf(ElfFile& object, const std::function<bool(std::string_view)>& is_wanted) {
  Symbols symbols;
  std::uint64_t number = 0;
  AnySymbol(object, SymbolTable::kWhole, [&](const Elf64_Sym& symbol, std::string_view name) {
    if (symbol.st_shndx == SHN_UNDEF) {
      if (is_wanted(name)) symbols.wanted.emplace(number, name);
    } else if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC) {
      symbols.functions.push_back(
          {SourceName(name), symbol.st_shndx, symbol.st_value, symbol.st_size});
    }
    ++number;
    return false;
  });
  return symbols;
}

}  // namespace

std::map<std::string, std::set<std::string>> ReferringFunctions(
    const std::string& object, const std::function<bool(std::string_view)>& is_wanted) {
  ElfFile file(object);
  std::map<std::string, std::set<std::string>> referring;
  const Symbols symbols = SymbolsOf(file, is_wanted);
  if (symbols.wanted.empty()) return referring;
  for (std::size_t i = 0; i < file.sections(); ++i) {
    const auto section = file.Section(i);
    if (!section || section->sh_type != SHT_RELA) continue;
    const std::string bytes = file.Contents(*section);
    for (std::string_view rest = bytes; rest.size() >= sizeof(Elf64_Rela);
         rest.remove_prefix(sizeof(Elf64_Rela))) {
      Elf64_Rela place;
      std::memcpy(&place, rest.data(), sizeof(place));
      const auto used = symbols.wanted.find(ELF64_R_SYM(place.r_info));
      if (used == symbols.wanted.end()) continue;
      const auto by = std::find_if(
          symbols.functions.begin(), symbols.functions.end(),
          [&](const Function& f) { return f.Holds(section->sh_info, place.r_offset); });
      if (by != symbols.functions.end()) referring[used->second].insert(by->name);
    }
  }
  return referring;
}

}  // namespace alloclab::grade
