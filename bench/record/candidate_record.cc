#include "bench/record/candidate_record.h"

#include <gnu/libc-version.h>

#include <nlohmann/json.hpp>
#include <string>

#include "bench/record/provenance.h"

namespace alloclab {
namespace {

nlohmann::ordered_json CandidateRecord(const Candidate& candidate) {
  const bool library = !candidate.path.empty();
  std::string version = library ? PackageVersion(candidate.path) : "";
  if (candidate.name == "system") version = std::string("glibc ") + gnu_get_libc_version();
  return {
      {"name", candidate.name},
      {"table", TableName(candidate.table)},
      {"path", candidate.path},
      {"version", version},
      {"xxh3", library ? HashFile(candidate.path) : ""},
  };
}

}  // namespace

nlohmann::ordered_json CandidateRecords(const std::vector<Candidate>& candidates) {
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  for (const Candidate& candidate : candidates) records.push_back(CandidateRecord(candidate));
  return records;
}

}  // namespace alloclab
