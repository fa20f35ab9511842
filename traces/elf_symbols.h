// The symbols of an ELF file: what it defines, and what it expects of others.
//
// As with ElfFile, any file may be given: a name that does not lie in its table is empty, a table
// that does not lie in the file has no symbols.

#ifndef ALLOCLAB_TRACES_ELF_SYMBOLS_H_
#define ALLOCLAB_TRACES_ELF_SYMBOLS_H_

#include <elf.h>

#include <cstdint>
#include <functional>
#include <string_view>

#include "traces/elf_file.h"

namespace alloclab {

// SHT_DYNSYM: those that the dynamic loader sees. SHT_SYMTAB: all of them, where they were kept.
enum class SymbolTable : std::uint32_t { kDynamic = SHT_DYNSYM, kWhole = SHT_SYMTAB };

// Whether `holds` says so of a symbol; they are shown to it in the file's order until it does. The
// name is valid during the call.
bool AnySymbol(ElfFile& file, SymbolTable table,
               const std::function<bool(const Elf64_Sym&, std::string_view name)>& holds);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_ELF_SYMBOLS_H_
