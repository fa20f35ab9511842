#include "bench/results/record_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/record/significant_digits.h"

namespace alloclab::results {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDigits = 6;

// Whether it has no object anywhere in it: blocks, intervals, points of a curve.
bool IsPlainList(const Json& json) {
  return !json.is_object() && std::all_of(json.begin(), json.end(), [](const Json& entry) {
    return !entry.is_structured() || (entry.is_array() && IsPlainList(entry));
  });
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// ", " between the values of a list on one line, which dump does not write.
void AppendPlain(const Json& json, std::string& text) {
  if (!json.is_array()) {
    text += Dump(json);
    return;
  }
  text += '[';
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (i > 0) text += ", ";
    AppendPlain(json[i], text);
  }
  text += ']';
}

void Append(const Json& json, std::size_t depth, std::string& text) {
  if (json.empty() || !json.is_structured() || (json.is_array() && IsPlainList(json))) {
    json.is_object() ? void(text += "{}") : AppendPlain(json, text);
    return;
  }
  text += json.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    text += first ? "\n" : ",\n";
    first = false;
    text.append(depth + 1, ' ');
    if (json.is_object()) text += Dump(key) + ": ";
    Append(value, depth + 1, text);
  }
  text += '\n';
  text.append(depth, ' ');
  text += json.is_object() ? '}' : ']';
}

}  // namespace

Json Rounded(Json record) {
  if (record.is_number_float()) return WithDigits(record.get<double>(), kDigits);
  if (record.is_structured()) {
    for (Json& entry : record) entry = Rounded(std::move(entry));
  }
  return record;
}

std::string RecordText(const Json& record) {
  std::string text;
  Append(record, 0, text);
  text += '\n';
  return text;
}

}  // namespace alloclab::results
