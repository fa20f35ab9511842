#include "bench/exported_function.h"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

namespace alloclab {
namespace {

// The object at byte `offset` of the file, if it lies inside.
template <class T>
std::optional<T> ReadAt(std::string_view file, std::size_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return value;
}

// The bytes of a section, or none where they are not all there.
std::string_view Contents(std::string_view file, const Elf64_Shdr& section) {
  if (section.sh_offset > file.size()) return {};
  const std::string_view rest = file.substr(section.sh_offset);
  return section.sh_size > rest.size() ? std::string_view() : rest.substr(0, section.sh_size);
}

std::optional<Elf64_Shdr> Section(std::string_view file, const Elf64_Ehdr& header,
                                  std::size_t index) {
  if (index >= header.e_shnum || header.e_shoff > file.size()) return std::nullopt;
  return ReadAt<Elf64_Shdr>(file, header.e_shoff + index * sizeof(Elf64_Shdr));
}

bool IsExportedFunction(const Elf64_Sym& symbol) {
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
         (type == STT_FUNC || type == STT_GNU_IFUNC);
}

bool HasFunction(std::string_view symbols, std::string_view names, std::string_view wanted) {
  for (std::size_t at = 0; at < symbols.size(); at += sizeof(Elf64_Sym)) {
    const auto symbol = ReadAt<Elf64_Sym>(symbols, at);
    if (!symbol || !IsExportedFunction(*symbol) || symbol->st_name >= names.size()) continue;
    const std::string_view name = names.substr(symbol->st_name);
    if (name.substr(0, name.find('\0')) == wanted) return true;
  }
  return false;
}

}  // namespace

bool ExportsFunction(const std::string& path, std::string_view name) {
  std::ostringstream contents;
  contents << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string file = contents.str();
  const auto header = ReadAt<Elf64_Ehdr>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_shentsize != sizeof(Elf64_Shdr)) {
    return false;
  }
  for (std::size_t i = 0; i < header->e_shnum; ++i) {
    const auto section = Section(file, *header, i);
    if (!section || section->sh_type != SHT_DYNSYM) continue;
    const auto names = Section(file, *header, section->sh_link);
    if (names && HasFunction(Contents(file, *section), Contents(file, *names), name)) return true;
  }
  return false;
}

}  // namespace alloclab
