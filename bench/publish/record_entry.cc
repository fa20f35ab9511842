#include "bench/publish/record_entry.h"

#include <cmath>
#include <utility>

#include "bench/statistics/standing.h"

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

double RecordEntry::SignedFigure(const char* key) const {
  if (!Get(key).is_number()) Refuse(key, "number");
  return Get(key).get<double>();
}

double RecordEntry::Figure(const char* key) const {
  const double figure = SignedFigure(key);
  if (!(figure >= 0)) Refuse(key, "number of at least 0");
  return figure;
}

std::uint64_t RecordEntry::Bytes(const char* key) const {
  constexpr double kMostBytes = 1ULL << 62;
  const double bytes = Figure(key);
  if (!(bytes <= kMostBytes)) Refuse(key, "number of bytes that a machine has");
  return static_cast<std::uint64_t>(std::llround(bytes));
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

void RecordEntry::RequireSchema(std::uint64_t version) const {
  const std::uint64_t own = Count("schema");
  if (own == version) return;
  throw PublishError("record: " + place_ + "/schema is " + std::to_string(own) +
                     ", these tables are made of schema " + std::to_string(version) +
                     "; measure again with this version's `alloclab compare`");
}

std::optional<Judged> RecordEntry::RatioIfAny() const {
  if (!Has("ratio_to_system")) return std::nullopt;
  constexpr const char* kInterval = "ratio_to_system_interval";
  const Json& interval = Get(kInterval);
  if (!interval.is_array() || interval.size() != 2 || !interval[0].is_number() ||
      !interval[1].is_number()) {
    Refuse(kInterval, "pair of numbers");
  }
  const Judged judged = {Figure("ratio_to_system"), interval[0].get<double>(),
                         interval[1].get<double>(),
                         Text("standing") != StandingName(Standing::kUnresolved)};
  if (!(0 < judged.low && judged.low <= judged.ratio && judged.ratio <= judged.high &&
        std::isfinite(judged.high))) {
    Refuse(kInterval, "interval above 0 around the ratio");
  }
  return judged;
}

}  // namespace alloclab::publish
