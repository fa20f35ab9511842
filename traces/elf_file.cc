#include "traces/elf_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace alloclab {
namespace {

// Up to the machine, which has the same place in headers of both classes.
constexpr std::size_t kLeastBytes = offsetof(Elf64_Ehdr, e_version);
static_assert(kLeastBytes == offsetof(Elf32_Ehdr, e_version));

// The header of this program, which is for this machine.
const ElfFile& ThisProgram() {
  static const ElfFile* const program = new ElfFile("/proc/self/exe");
  return *program;
}

std::string InHexadecimal(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) / 16];
    text += kDigits[static_cast<unsigned char>(byte) % 16];
  }
  return text;
}

std::string NameOf(unsigned machine) {
  switch (machine) {
    case EM_386:
      return "i386";
    case EM_X86_64:
      return "x86-64";
    case EM_ARM:
      return "ARM";
    case EM_AARCH64:
      return "AArch64";
    case EM_RISCV:
      return "RISC-V";
    default:
      return "machine " + std::to_string(machine);
  }
}

}  // namespace

ElfFile::ElfFile(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return;
  file_.open(path, std::ios::binary | std::ios::ate);
  if (!file_) return;
  size_ = static_cast<std::size_t>(std::max<std::streamoff>(file_.tellg(), 0));
  if (size_ < kLeastBytes) return;
  file_.seekg(0);
  file_.read(reinterpret_cast<char*>(&header_),
             static_cast<std::streamsize>(std::min(size_, sizeof(header_))));
  is_elf_ = file_ && std::memcmp(header_.e_ident, ELFMAG, SELFMAG) == 0;
}

bool ElfFile::IsForThisMachine() const {
  const Elf64_Ehdr& ours = ThisProgram().header_;
  return is_elf_ && header_.e_ident[EI_CLASS] == ours.e_ident[EI_CLASS] &&
         header_.e_ident[EI_DATA] == ours.e_ident[EI_DATA] && header_.e_machine == ours.e_machine;
}

std::string ElfFile::Machine() const {
  const int bits = header_.e_ident[EI_CLASS] == ELFCLASS32 ? 32 : 64;
  unsigned machine = header_.e_machine;
  if (header_.e_ident[EI_DATA] != ThisProgram().header_.e_ident[EI_DATA]) {
    machine = __builtin_bswap16(header_.e_machine);
  }
  return NameOf(machine) + " (" + std::to_string(bits) + "-bit)";
}

std::string ElfFile::ThisMachine() { return ThisProgram().Machine(); }

template <class T>
std::optional<T> ElfFile::ReadAt(std::size_t offset) {
  if (!IsInside(offset, sizeof(T))) return std::nullopt;
  T value;
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(reinterpret_cast<char*>(&value), sizeof(T));
  return file_ ? std::optional<T>(value) : std::nullopt;
}

std::optional<Elf64_Phdr> ElfFile::Segment(std::size_t index) {
  if (!IsForThisMachine() || header_.e_phentsize != sizeof(Elf64_Phdr) ||
      index >= header_.e_phnum || header_.e_phoff > size_) {
    return std::nullopt;
  }
  return ReadAt<Elf64_Phdr>(header_.e_phoff + index * sizeof(Elf64_Phdr));
}

bool ElfFile::NamesALoader() {
  for (std::size_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = Segment(i);
    if (segment && segment->p_type == PT_INTERP) return true;
  }
  return false;
}

std::string ElfFile::BuildId() {
  for (std::size_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = Segment(i);
    if (!segment || segment->p_type != PT_NOTE) continue;
    if (std::string id = BuildIdAmong(*segment); !id.empty()) return id;
  }
  return "";
}

std::string ElfFile::BuildIdAmong(const Elf64_Phdr& notes) {
  constexpr std::uint32_t kMostBytes = 64;  // of an ID; real ones have 8 to 32
  const auto padded = [](std::size_t bytes) { return (bytes + 3) / 4 * 4; };
  if (!IsInside(notes.p_offset, notes.p_filesz)) return "";
  const std::size_t end = notes.p_offset + notes.p_filesz;
  for (std::size_t at = notes.p_offset; at < end;) {
    const auto note = ReadAt<Elf64_Nhdr>(at);
    if (!note) return "";
    const std::size_t name = at + sizeof(Elf64_Nhdr);
    const std::size_t id = name + padded(note->n_namesz);
    const auto vendor = ReadAt<std::array<char, 4>>(name);
    if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && note->n_descsz <= kMostBytes &&
        vendor && std::string_view(vendor->data(), 4) == std::string_view("GNU\0", 4)) {
      Elf64_Shdr bytes = {};
      bytes.sh_offset = id;
      bytes.sh_size = note->n_descsz;
      return InHexadecimal(Contents(bytes));
    }
    at = id + padded(note->n_descsz);
  }
  return "";
}

std::uint64_t ElfFile::FirstAddress() {
  for (std::size_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = Segment(i);
    if (segment && segment->p_type == PT_LOAD) return segment->p_vaddr - segment->p_offset;
  }
  return 0;
}

std::optional<Elf64_Shdr> ElfFile::Section(std::size_t index) {
  if (!IsForThisMachine() || header_.e_shentsize != sizeof(Elf64_Shdr) ||
      index >= header_.e_shnum || header_.e_shoff > size_) {
    return std::nullopt;
  }
  return ReadAt<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
}

std::string ElfFile::Contents(const Elf64_Shdr& section) {
  if (!IsInside(section.sh_offset, section.sh_size)) return "";
  std::string bytes(section.sh_size, '\0');
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(section.sh_offset));
  file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return file_ ? bytes : "";
}

}  // namespace alloclab
