#include <nlohmann/json.hpp>

#include "bench/publish/formats.h"
#include "bench/publish/settled.h"

namespace alloclab::publish {
namespace {

using Json = nlohmann::ordered_json;

Json ValueJson(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* count = std::get_if<std::uint64_t>(&value)) return *count;
  if (const auto* figure = std::get_if<double>(&value)) return Settled(*figure);
  if (const auto* judged = std::get_if<Judged>(&value)) {
    return {{"ratio", Settled(judged->ratio)},
            {"interval", {Settled(judged->low), Settled(judged->high)}},
            {"resolved", judged->resolved}};
  }
  return nullptr;
}

Json TableJson(const PublishedTable& table) {
  Json json = {{"id", table.id},
               {"caption", table.caption},
               {"provenance", table.provenance},
               {"rows", Json::array()},
               {"notes", table.notes}};
  for (const Row& row : table.rows) {
    Json entry = Json::object();
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      entry[table.columns[i].key] = ValueJson(row.values[i]);
    }
    json["rows"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace

std::string TablesJson(const std::vector<PublishedTable>& tables) {
  Json json = Json::array();
  for (const PublishedTable& table : tables) json.push_back(TableJson(table));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace alloclab::publish
