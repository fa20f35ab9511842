#include "bench/candidates/exported_function.h"

#include <elf.h>

#include "traces/elf_file.h"
#include "traces/elf_symbols.h"

namespace alloclab {
namespace {

// What the loader would bind a call to. Functions written in assembly often have no type.
bool IsExportedFunction(const Elf64_Sym& symbol) {
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
         (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

}  // namespace

bool ExportsFunction(const std::string& path, std::string_view name) {
  if (name.empty()) return false;
  ElfFile file(path);
  return AnySymbol(file, SymbolTable::kDynamic,
                   [name](const Elf64_Sym& symbol, std::string_view of_symbol) {
                     return IsExportedFunction(symbol) && of_symbol == name;
                   });
}

}  // namespace alloclab
