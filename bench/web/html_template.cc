#include "bench/web/html_template.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace alloclab {

void HtmlTemplate::Fill(std::string_view mark, std::string_view text) {
  const std::size_t at = page_.find(mark, at_);
  if (at == std::string::npos) {
    throw std::logic_error(std::string(name_) + ": has no " + std::string(mark) +
                           "; restore it and build again");
  }
  page_.replace(at, mark.size(), text);
  at_ = at + text.size();
}

std::string ScriptSafe(const nlohmann::json& value) {
  const std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string InOneFunction(std::initializer_list<std::string_view> scripts) {
  std::string text = "(() => {\n\"use strict\";\n";
  for (const std::string_view script : scripts) text += script;
  return text + "})();\n";
}

}  // namespace alloclab
