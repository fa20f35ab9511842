#include "bench/candidates/exported_function.h"

#include <elf.h>

#include <cstring>

#include "traces/elf_file.h"

namespace alloclab {
namespace {

// What the loader would bind a call to. Functions written in assembly often have no type.
bool IsExportedFunction(const Elf64_Sym& symbol) {
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
         (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

bool HasFunction(std::string_view symbols, std::string_view names, std::string_view wanted) {
  for (; symbols.size() >= sizeof(Elf64_Sym); symbols.remove_prefix(sizeof(Elf64_Sym))) {
    Elf64_Sym symbol;
    std::memcpy(&symbol, symbols.data(), sizeof(symbol));
    if (!IsExportedFunction(symbol) || symbol.st_name >= names.size()) continue;
    const std::string_view name = names.substr(symbol.st_name);
    if (name.substr(0, name.find('\0')) == wanted) return true;
  }
  return false;
}

}  // namespace

bool ExportsFunction(const std::string& path, std::string_view name) {
  ElfFile file(path);
  for (std::size_t i = 0; i < file.sections(); ++i) {
    const auto section = file.Section(i);
    if (!section || section->sh_type != SHT_DYNSYM) continue;
    const auto names = file.Section(section->sh_link);
    if (names && HasFunction(file.Contents(*section), file.Contents(*names), name)) return true;
  }
  return false;
}

}  // namespace alloclab
