// What the writer and the reader of the text form must agree on. FORMAT.md describes the form.

#ifndef ALLOCLAB_TRACES_TEXT_FORMAT_H_
#define ALLOCLAB_TRACES_TEXT_FORMAT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace alloclab {

inline constexpr std::string_view kTextTitle = "alloclab trace text ";
inline constexpr std::string_view kTextVersion = "1";

// The longest line a reader keeps: a metadata value with every byte escaped.
inline constexpr std::size_t kTextLineMaxBytes = std::size_t{5} << 20;

// The value on one line, so that Unescape gives it back: a backslash becomes \\, a line feed \n,
// and what an editor or a terminal would change (other control bytes, spaces at either end) \xHH.
std::string EscapeValue(std::string_view value);
// Returns false when `text` has a backslash that begins no escape.
bool UnescapeValue(std::string_view text, std::string& value);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TEXT_FORMAT_H_
