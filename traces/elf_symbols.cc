#include "traces/elf_symbols.h"

#include <cstddef>
#include <cstring>
#include <string>

namespace alloclab {

bool AnySymbol(ElfFile& file, SymbolTable table,
               const std::function<bool(const Elf64_Sym&, std::string_view name)>& holds) {
  for (std::size_t i = 0; i < file.sections(); ++i) {
    const auto section = file.Section(i);
    if (!section || section->sh_type != static_cast<std::uint32_t>(table)) continue;
    const auto names_section = file.Section(section->sh_link);
    if (!names_section) continue;
    const std::string bytes = file.Contents(*section);
    const std::string names = file.Contents(*names_section);
    for (std::string_view rest = bytes; rest.size() >= sizeof(Elf64_Sym);
         rest.remove_prefix(sizeof(Elf64_Sym))) {
      Elf64_Sym symbol;
      std::memcpy(&symbol, rest.data(), sizeof(symbol));
      std::string_view name;
      if (symbol.st_name < names.size()) name = std::string_view(names).substr(symbol.st_name);
      if (holds(symbol, name.substr(0, name.find('\0')))) return true;
    }
  }
  return false;
}

}  // namespace alloclab
