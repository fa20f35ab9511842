// Text for a JSON string, which cannot hold arbitrary bytes, as names of files can.

#ifndef ALLOCLAB_TRACES_JSON_TEXT_H_
#define ALLOCLAB_TRACES_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace alloclab {

// The text with U+FFFD for what is no UTF-8.
inline std::string JsonText(const std::string& text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_JSON_TEXT_H_
