#include "traces/elf_file.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace alloclab {
namespace {

// Up to the machine, which has the same place in headers of both classes.
constexpr std::size_t kLeastBytes = offsetof(Elf64_Ehdr, e_version);
static_assert(kLeastBytes == offsetof(Elf32_Ehdr, e_version));

// As Linux loads no file with more.
constexpr std::size_t kMostSegments = 65536 / sizeof(Elf64_Phdr);

// The header of this program, which is for this machine.
const ElfFile& ThisProgram() {
  static const ElfFile* const program = new ElfFile("/proc/self/exe");
  return *program;
}

std::string InHexadecimal(std::string_view bytes) {
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
      index >= header_.e_phnum || header_.e_phnum > kMostSegments || header_.e_phoff > size_) {
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
  // Real ones have less than a hundred bytes; a damaged file may have many that are large.
  constexpr std::size_t kMostBytesOfNotes = 65536;
  for (std::size_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = Segment(i);
    if (!segment || segment->p_type != PT_NOTE || segment->p_filesz > kMostBytesOfNotes) continue;
    std::string id = BuildIdAmong(Bytes(segment->p_offset, segment->p_filesz));
    if (!id.empty()) return id;
  }
  return "";
}

std::string ElfFile::BuildIdAmong(std::string_view notes) {
  constexpr std::size_t kMostBytes = 64;  // of an ID; real ones have 8 to 32
  constexpr std::string_view kVendor("GNU", 4);
  const auto padded = [](std::size_t bytes) { return (bytes + 3) / 4 * 4; };
  Elf64_Nhdr note;
  while (notes.size() >= sizeof(note)) {
    std::memcpy(&note, notes.data(), sizeof(note));
    notes.remove_prefix(sizeof(note));
    const std::size_t name = padded(note.n_namesz);
    if (name > notes.size() || note.n_descsz > notes.size() - name) return "";
    if (note.n_type == NT_GNU_BUILD_ID && notes.substr(0, note.n_namesz) == kVendor &&
        note.n_descsz <= kMostBytes) {
      return InHexadecimal(notes.substr(name, note.n_descsz));
    }
    notes.remove_prefix(std::min(name + padded(note.n_descsz), notes.size()));
  }
  return "";
}

std::optional<Elf64_Shdr> ElfFile::Section(std::size_t index) {
  if (!IsForThisMachine() || header_.e_shentsize != sizeof(Elf64_Shdr) ||
      index >= header_.e_shnum || header_.e_shoff > size_) {
    return std::nullopt;
  }
  return ReadAt<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
}

std::string ElfFile::Contents(const Elf64_Shdr& section) {
  return Bytes(section.sh_offset, section.sh_size);
}

std::string ElfFile::Bytes(std::size_t offset, std::size_t bytes) {
  if (!IsInside(offset, bytes)) return "";
  std::string text(bytes, '\0');
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(text.data(), static_cast<std::streamsize>(bytes));
  return file_ ? text : "";
}

}  // namespace alloclab
