#include "traces/text_format.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace alloclab {

std::string EscapeValue(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    const bool at_end = i == 0 || i + 1 == value.size();
    if (byte == '\\') {
      text += "\\\\";
    } else if (byte == '\n') {
      text += "\\n";
    } else if (byte < ' ' || byte == 0x7F || (byte == ' ' && at_end)) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", byte);
    } else {
      text.push_back(value[i]);
    }
  }
  return text;
}

bool UnescapeValue(std::string_view text, std::string& value) {
  value.clear();
  while (!text.empty()) {
    if (text[0] != '\\') {
      value.push_back(text[0]);
      text.remove_prefix(1);
    } else if (text.starts_with("\\\\") || text.starts_with("\\n")) {
      value.push_back(text[1] == 'n' ? '\n' : '\\');
      text.remove_prefix(2);
    } else {
      unsigned char byte = 0;
      if (!text.starts_with("\\x") || text.size() < 4) return false;
      if (std::from_chars(text.data() + 2, text.data() + 4, byte, 16).ptr != text.data() + 4) {
        return false;
      }
      value.push_back(static_cast<char>(byte));
      text.remove_prefix(4);
    }
  }
  return true;
}

}  // namespace alloclab
