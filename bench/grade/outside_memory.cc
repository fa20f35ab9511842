#include "bench/grade/outside_memory.h"

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "bench/grade/memory_functions.h"
#include "bench/grade/referring_functions.h"
#include "bench/grade/source_name.h"
#include "traces/elf_file.h"
#include "traces/elf_symbols.h"

namespace alloclab::grade {
namespace {

// What the loader makes read only when it has put the addresses in.
std::optional<Elf64_Phdr> ReadOnlyOnceLoaded(ElfFile& file) {
  for (std::size_t i = 0; i < file.segments(); ++i) {
    const auto segment = file.Segment(i);
    if (segment && segment->p_type == PT_GNU_RELRO) return segment;
  }
  return std::nullopt;
}

bool IsIn(const Elf64_Shdr& section, const Elf64_Phdr& segment) {
  return section.sh_addr >= segment.p_vaddr &&
         section.sh_addr - segment.p_vaddr < segment.p_memsz &&
         section.sh_size <= segment.p_memsz - (section.sh_addr - segment.p_vaddr);
}

// The numbers of the sections whose bytes are static data. A thread's variables are copied from
// where nobody can write, and each copy can be written to.
std::set<std::size_t> StaticData(ElfFile& file) {
  std::set<std::size_t> numbers;
  const std::optional<Elf64_Phdr> read_only = ReadOnlyOnceLoaded(file);
  for (std::size_t i = 0; i < file.sections(); ++i) {
    const auto section = file.Section(i);
    if (!section || (section->sh_flags & SHF_ALLOC) == 0) continue;
    const bool of_threads = (section->sh_flags & SHF_TLS) != 0;
    const bool written =
        (section->sh_flags & SHF_WRITE) != 0 && !(read_only && IsIn(*section, *read_only));
    if (of_threads || written) numbers.insert(i);
  }
  return numbers;
}

// What a memlib.c among the sources defines is never called: the process that a solution runs in
// has these, and they come first.
constexpr std::string_view kMemlib[] = {
    "mem_init",    "mem_deinit",   "mem_reset_brk", "mem_sbrk",   "mem_heap_lo",
    "mem_heap_hi", "mem_heapsize", "mem_pagesize",  "mem_memcpy", "mem_memset"};

bool AreOfMemlib(const std::set<std::string>& functions) {
  return !functions.empty() &&
         std::all_of(functions.begin(), functions.end(), [](const std::string& name) {
           return std::find(std::begin(kMemlib), std::end(kMemlib), name) != std::end(kMemlib);
         });
}

// What is not defined here, the loader looks for in libraries. The objects only say who needs it:
// some of what they need is defined in others of them.
std::vector<MemoryFunctionUse> MemoryFunctionsOf(ElfFile& library,
                                                 const std::vector<std::string>& objects) {
  std::map<std::string_view, std::set<std::string>> users;
  AnySymbol(library, SymbolTable::kDynamic, [&](const Elf64_Sym& symbol, std::string_view name) {
    const std::string_view function = MemoryFunction(name);
    if (symbol.st_shndx == SHN_UNDEF && !function.empty()) users.try_emplace(function);
    return false;
  });
  if (users.empty()) return {};
  const auto is_wanted = [&users](std::string_view symbol) {
    return users.contains(MemoryFunction(symbol));
  };
  for (const std::string& object : objects) {
    for (auto& [symbol, functions] : ReferringFunctions(object, is_wanted)) {
      users[MemoryFunction(symbol)].merge(functions);
    }
  }
  std::vector<MemoryFunctionUse> uses;
  for (auto& [name, functions] : users) {
    if (!AreOfMemlib(functions)) uses.push_back({std::string(name), std::move(functions)});
  }
  return uses;
}

std::vector<StaticVariable> VariablesIn(ElfFile& file, const std::set<std::size_t>& sections) {
  std::vector<StaticVariable> variables;
  AnySymbol(file, SymbolTable::kWhole, [&](const Elf64_Sym& symbol, std::string_view name) {
    const auto type = ELF64_ST_TYPE(symbol.st_info);
    if ((type == STT_OBJECT || type == STT_TLS) && sections.contains(symbol.st_shndx) &&
        symbol.st_size > 0 && !name.empty()) {
      variables.push_back({SourceName(name), symbol.st_size});
    }
    return false;
  });
  std::sort(variables.begin(), variables.end(), [](const auto& a, const auto& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.name < b.name;
  });
  return variables;
}

}  // namespace

OutsideMemory FindOutsideMemory(const CompiledSolution& solution) {
  ElfFile file(solution.library);
  OutsideMemory outside;
  outside.functions = MemoryFunctionsOf(file, solution.objects);
  const std::set<std::size_t> sections = StaticData(file);
  for (const std::size_t number : sections) {
    outside.static_bytes += file.Section(number)->sh_size;
  }
  outside.variables = VariablesIn(file, sections);
  return outside;
}

}  // namespace alloclab::grade
