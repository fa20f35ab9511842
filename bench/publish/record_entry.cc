#include "bench/publish/record_entry.h"

#include <utility>

#include "bench/standing.h"

namespace alloclab::publish {

using Json = nlohmann::ordered_json;

RecordEntry::RecordEntry(const Json& json, std::string place)
    : json_(&json), place_(std::move(place)) {
  if (!json.is_object()) {
    throw PublishError("record: " + (place_.empty() ? "/" : place_) +
                       " is no object; bench/schema/validate.py says what else is wrong");
  }
}

void RecordEntry::Refuse(const std::string& key, const char* wanted) const {
  throw PublishError("record: " + place_ + "/" + key + " is no " + wanted +
                     "; bench/schema/validate.py says what else is wrong");
}

const Json& RecordEntry::Get(const char* key) const {
  static const Json kNothing;
  const auto found = json_->find(key);
  return found == json_->end() ? kNothing : *found;
}

std::string RecordEntry::Text(const char* key) const {
  if (!Get(key).is_string()) Refuse(key, "string");
  return Get(key).get<std::string>();
}

std::uint64_t RecordEntry::Count(const char* key) const {
  if (!Get(key).is_number_integer() || Get(key) < 0) Refuse(key, "whole number");
  return Get(key).get<std::uint64_t>();
}

double RecordEntry::Figure(const char* key) const {
  if (!Get(key).is_number()) Refuse(key, "number");
  return Get(key).get<double>();
}

bool RecordEntry::Flag(const char* key) const {
  if (!Get(key).is_boolean()) Refuse(key, "true or false");
  return Get(key).get<bool>();
}

RecordEntry RecordEntry::Object(const char* key) const { return {Get(key), place_ + "/" + key}; }

std::vector<RecordEntry> RecordEntry::List(const char* key) const {
  if (!Get(key).is_array()) Refuse(key, "list");
  std::vector<RecordEntry> entries;
  for (std::size_t i = 0; i < Get(key).size(); ++i) {
    entries.emplace_back(Get(key)[i], place_ + "/" + key + "/" + std::to_string(i));
  }
  return entries;
}

std::size_t RecordEntry::Length(const char* key) const {
  if (!Get(key).is_array()) Refuse(key, "list");
  return Get(key).size();
}

bool RecordEntry::Has(const char* key) const { return !Get(key).is_null(); }

std::string RecordEntry::TextOr(const char* key, const std::string& otherwise) const {
  return Has(key) ? Text(key) : otherwise;
}

std::optional<double> RecordEntry::FigureIfAny(const char* key) const {
  if (!Has(key)) return std::nullopt;
  return Figure(key);
}

std::optional<Judged> RecordEntry::RatioIfAny() const {
  if (!Has("ratio_to_system")) return std::nullopt;
  constexpr const char* kInterval = "ratio_to_system_interval";
  const Json& interval = Get(kInterval);
  if (!interval.is_array() || interval.size() != 2 || !interval[0].is_number() ||
      !interval[1].is_number()) {
    Refuse(kInterval, "pair of numbers");
  }
  return Judged{Figure("ratio_to_system"), interval[0].get<double>(), interval[1].get<double>(),
                Text("standing") != StandingName(Standing::kUnresolved)};
}

}  // namespace alloclab::publish
