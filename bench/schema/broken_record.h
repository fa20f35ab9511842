// Records that differ from a good one: every entry that must be there is taken out once, every
// value is once replaced by one of another type, and every object that is closed is given an entry
// too many; or single values are others, of which the place is known that is blamed for them.

#ifndef ALLOCLAB_BENCH_SCHEMA_BROKEN_RECORD_H_
#define ALLOCLAB_BENCH_SCHEMA_BROKEN_RECORD_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "bench/schema/verdict.h"

namespace alloclab::schema {

using Pointer = Json::json_pointer;

// The place of every value. Of a list of plain values the first stands for all; of one of objects
// all are there, for they differ.
inline void AddPlaces(const Json& json, const Pointer& place, std::vector<Pointer>& places) {
  if (!place.empty()) places.push_back(place);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) AddPlaces(value, place / key, places);
  }
  if (!json.is_array()) return;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (i == 0 || json[i].is_object()) AddPlaces(json[i], place / i, places);
  }
}

inline std::vector<Pointer> Places(const Json& record) {
  std::vector<Pointer> places;
  AddPlaces(record, Pointer(), places);
  return places;
}

// What may be left out, what may be of another type, and what may have further entries.
struct Freedom {
  std::string absent;
  std::string typed;
  std::string open;
};

inline bool Matches(const Pointer& place, const std::string& pattern) {
  return std::regex_match(place.to_string(), std::regex(pattern));
}

// Every record that differs from `record` in one of the three ways, where that is not free.
inline std::vector<Named> Broken(const Json& record, const Freedom& free) {
  std::vector<Named> broken;
  const auto add = [&](const std::string& what, const Pointer& place,
                       const std::function<void(Json&)>& edit) {
    Json edited = record;
    edit(edited);
    broken.push_back({what + " " + place.to_string(), std::move(edited)});
  };
  for (const Pointer& place : Places(record)) {
    const Json& value = record[place];
    const bool entry = record[place.parent_pointer()].is_object();
    if (entry && !Matches(place, free.absent)) {
      add("without", place,
          [&](Json& edited) { edited[place.parent_pointer()].erase(place.back()); });
    }
    if (!Matches(place, free.typed)) {
      add("wrong type", place, [&](Json& edited) {
        if (value.is_string()) {
          edited[place] = 5;
        } else {
          edited[place] = "five";
        }
      });
    }
    if (value.is_object() && !Matches(place, free.open)) {
      add("one too many", place, [&](Json& edited) { edited[place]["surplus"] = 1; });
    }
  }
  return broken;
}

inline void ExpectRefused(const std::string& kind, const std::vector<Named>& broken) {
  const std::vector<std::string> verdicts = Verdicts(kind, broken);
  for (std::size_t i = 0; i < broken.size(); ++i) EXPECT_NE(verdicts[i], "ok") << broken[i].name;
}

// An edit of one value, and the place that is blamed for it.
struct Edit {
  const char* place;
  Json value;
  const char* blamed;
};

inline void ExpectBlamed(const std::string& kind, const Json& record,
                         const std::vector<Edit>& edits) {
  std::vector<Named> broken;
  for (const Edit& edit : edits) {
    broken.push_back({edit.place, record});
    broken.back().record[Pointer(edit.place)] = edit.value;
  }
  const std::vector<std::string> verdicts = Verdicts(kind, broken);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    EXPECT_EQ(verdicts[i].find(edits[i].blamed + std::string(": ")), 0u)
        << edits[i].place << " = " << edits[i].value << " is said to be " << verdicts[i];
  }
}

}  // namespace alloclab::schema

#endif  // ALLOCLAB_BENCH_SCHEMA_BROKEN_RECORD_H_
