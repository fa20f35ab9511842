// The words of one line of a recording and the numbers in them. Whatever is not as expected is
// refused at once, with the file, the line, what was found there and what should be.

#ifndef ALLOCLAB_TRACES_IMPORT_LINE_WORDS_H_
#define ALLOCLAB_TRACES_IMPORT_LINE_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "traces/line_reader.h"

namespace alloclab {

// No line of a known format is longer, paths and arguments included.
inline constexpr std::size_t kImportLineMaxBytes = std::size_t{1} << 16;

// The sentence for a last line that has no line feed: whoever wrote it was stopped in its middle,
// so its last number may be part of a longer one. Importers leave it out.
std::string CutLineWarning(const LineReader& lines);

class LineWords {
 public:
  // The words of `rest`, which is (the end of) the current line of `lines`.
  LineWords(const LineReader& lines, std::string_view rest) : lines_(lines), rest_(rest) {}
  explicit LineWords(const LineReader& lines) : LineWords(lines, lines.line()) {}

  // The next word, words being apart by blanks and tabs; empty at the end of the line.
  std::string_view Word();
  // What Word would give.
  std::string_view PeekWord() const { return LineWords(*this).Word(); }
  // A decimal number up to `most`. `what` says what it is, as in "a size".
  std::uint64_t Decimal(std::string_view what, std::uint64_t most = UINT64_MAX);
  // A hexadecimal number without a prefix.
  std::uint64_t Hexadecimal(std::string_view what);
  // A hexadecimal number as C's %p and %#x write it: 0x12, or 0 or (nil) for zero.
  std::uint64_t Pointer(std::string_view what);
  // Refuses the line unless it ends here.
  void End();

  // Refuses the line because of `found`, an empty word being its end. `expected` is a noun.
  [[noreturn]] void Refuse(std::string_view expected, std::string_view found) const;

 private:
  // `digits` are those of the word `found`.
  std::uint64_t HexadecimalOf(std::string_view digits, std::string_view what,
                              std::string_view found) const;

  const LineReader& lines_;
  std::string_view rest_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_LINE_WORDS_H_
