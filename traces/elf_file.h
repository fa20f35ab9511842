// An ELF file as the dynamic loader would see it, read without loading it: loading would run it.
//
//     | header | program headers ... |  ........  | section headers ... |
//
// Any file may be given, damaged or not: what does not lie inside of it is not there.

#ifndef ALLOCLAB_TRACES_ELF_FILE_H_
#define ALLOCLAB_TRACES_ELF_FILE_H_

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace alloclab {

class ElfFile {
 public:
  explicit ElfFile(const std::string& path);

  // Whether there is a header, of any class and machine.
  bool is_elf() const { return is_elf_; }
  // ET_DYN, ET_EXEC, ...
  unsigned type() const { return header_.e_type; }

  // Whether class, byte order and machine are those of this process. All below is read only then.
  bool IsForThisMachine() const;
  // "x86-64 (64-bit)", for messages.
  std::string Machine() const;
  static std::string ThisMachine();

  // Whether it names the loader that brings it to life: what has none is linked statically, or no
  // program.
  bool NamesALoader();

  // What the linker wrote into it to tell this build from every other, in hexadecimal; empty when
  // it has none.
  std::string BuildId();

  // The program header of this number.
  std::optional<Elf64_Phdr> Segment(std::size_t index);
  std::size_t segments() const { return header_.e_phnum; }

  // The section header of this number.
  std::optional<Elf64_Shdr> Section(std::size_t index);
  std::size_t sections() const { return header_.e_shnum; }
  // The bytes of a section, or none where they are not all there.
  std::string Contents(const Elf64_Shdr& section);

 private:
  std::string BuildIdAmong(std::string_view notes);
  std::string Bytes(std::size_t offset, std::size_t bytes);
  template <class T>
  std::optional<T> ReadAt(std::size_t offset);
  bool IsInside(std::size_t offset, std::size_t bytes) const {
    return offset <= size_ && bytes <= size_ - offset;
  }

  std::ifstream file_;
  std::size_t size_ = 0;
  Elf64_Ehdr header_ = {};
  bool is_elf_ = false;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_ELF_FILE_H_
