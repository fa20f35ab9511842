#include <fmt/format.h>

#include "bench/publish/formats.h"
#include "bench/publish/settled.h"

namespace alloclab::publish {
namespace {

std::string Field(std::string_view text) {
  const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos &&
                     !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) return std::string(text);
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + "\"";
}

std::string Figure(double figure) { return fmt::format("{:.6g}", Settled(figure)); }

void AppendFields(const Value& value, Kind kind, std::vector<std::string>& fields) {
  if (const auto* judged = std::get_if<Judged>(&value)) {
    for (const double figure : {judged->ratio, judged->low, judged->high}) {
      fields.push_back(Figure(figure));
    }
    fields.emplace_back(judged->resolved ? "yes" : "no");
  } else if (kind == Kind::kJudged) {
    fields.resize(fields.size() + 4);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    fields.push_back(Field(*text));
  } else if (const auto* count = std::get_if<std::uint64_t>(&value)) {
    fields.push_back(fmt::format("{}", *count));
  } else if (const auto* figure = std::get_if<double>(&value)) {
    fields.push_back(Figure(*figure));
  } else {
    fields.emplace_back();
  }
}

void AppendHeading(const Column& column, std::vector<std::string>& fields) {
  fields.push_back(Field(column.key));
  if (column.kind != Kind::kJudged) return;
  for (const char* end : {"_low", "_high", "_resolved"}) fields.push_back(Field(column.key + end));
}

std::string Line(const std::vector<std::string>& fields) {
  return fmt::format("{}\n", fmt::join(fields, ","));
}

}  // namespace

std::string Csv(const PublishedTable& table) {
  std::vector<std::string> heading;
  for (const Column& column : table.columns) AppendHeading(column, heading);
  std::string text = Line(heading);
  for (const Row& row : table.rows) {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      AppendFields(row.values[i], table.columns[i].kind, fields);
    }
    text += Line(fields);
  }
  return text;
}

}  // namespace alloclab::publish
