// Reads a record entry by entry, and says where it is not what it should be.

#ifndef ALLOCLAB_BENCH_PUBLISH_RECORD_ENTRY_H_
#define ALLOCLAB_BENCH_PUBLISH_RECORD_ENTRY_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// Results that tables cannot be made of. what() names the place in the record and the mend.
class PublishError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One object of a record, and where it is ("/cells/3"). All functions throw PublishError. The JSON
// must outlive it.
class RecordEntry {
 public:
  RecordEntry(const nlohmann::ordered_json& json, std::string place);

  std::string Text(const char* key) const;
  std::uint64_t Count(const char* key) const;
  double Figure(const char* key) const;        // at least 0
  double SignedFigure(const char* key) const;  // any
  std::uint64_t Bytes(const char* key) const;  // a figure, rounded to whole bytes
  bool Flag(const char* key) const;
  RecordEntry Object(const char* key) const;
  std::vector<RecordEntry> List(const char* key) const;
  std::size_t Length(const char* key) const;  // of a list

  // Whether it is there and not null.
  bool Has(const char* key) const;
  std::string TextOr(const char* key, const std::string& otherwise) const;
  std::optional<double> FigureIfAny(const char* key) const;
  // Of "ratio_to_system" and what belongs to it, all above 0, the ratio within its interval;
  // nothing where system failed.
  std::optional<Judged> RatioIfAny() const;

  // Throws unless "schema" is `version`: of another one, the tables would say what it does not.
  void RequireSchema(std::uint64_t version) const;

  const nlohmann::ordered_json& json() const { return *json_; }

 private:
  const nlohmann::ordered_json& Get(const char* key) const;
  [[noreturn]] void Refuse(const std::string& key, const char* wanted) const;

  const nlohmann::ordered_json* json_;
  std::string place_;
};

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_RECORD_ENTRY_H_
