#include "bench/report/record_check.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "bench/report/page.h"

namespace alloclab {
namespace {

using nlohmann::json;

// A list without which there is nothing to show, and what each entry is found by.
struct List {
  const char* name;
  std::vector<const char*> strings;
  std::vector<const char*> numbers = {};
};

struct Kind {
  const char* name;
  int schema;
  const char* command;
  std::vector<List> lists;
};

const std::vector<Kind>& Kinds() {
  static const auto* const kinds = new std::vector<Kind>{
      {"traces",
       kRecordSchema,
       "alloclab compare",
       {{"traces", {"name"}},
        {"allocators", {"name", "table"}},
        {"cells", {"table", "trace", "allocator", "status"}}}},
      {"workloads",
       kWorkloadsSchema,
       "alloclab compare --workloads",
       {{"workloads", {"name"}},
        {"allocators", {"name"}},
        {"cells", {"workload", "allocator", "status"}, {"threads"}}}},
      {"programs",
       kProgramsSchema,
       "alloclab compare --programs",
       {{"programs", {"name"}},
        {"allocators", {"name"}},
        {"cells", {"program", "allocator", "status"}}}},
  };
  return *kinds;
}

std::string Shown(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

const Kind& KindOf(const json& record, const std::string& name) {
  const json kind = record.is_object() ? record.value("kind", json("traces")) : json("traces");
  for (const Kind& known : Kinds()) {
    if (kind == known.name) return known;
  }
  throw ReportError(name + ": /kind is " + Shown(kind) +
                    ", this page reads traces, workloads and programs; make the page with the "
                    "version that wrote the record");
}

void CheckEntry(const List& list, std::size_t index, const json& entry, const std::string& name,
                const Kind& kind) {
  const auto fail = [&](const char* key, const char* what) {
    throw ReportError(name + ": /" + list.name + "/" + std::to_string(index) + "/" + key +
                      " is not a " + what + "; write the record again with `" + kind.command + "`");
  };
  for (const char* key : list.strings) {
    if (!entry.is_object() || !entry.contains(key) || !entry[key].is_string()) fail(key, "string");
  }
  for (const char* key : list.numbers) {
    if (!entry.contains(key) || !entry[key].is_number()) fail(key, "number");
  }
}

}  // namespace

void CheckRecord(const json& record, const std::string& name) {
  const Kind& kind = KindOf(record, name);
  const json schema = record.is_object() ? record.value("schema", json()) : json();
  if (schema != kind.schema) {
    throw ReportError(name + ": /schema is " + Shown(schema) + ", this page reads schema " +
                      std::to_string(kind.schema) +
                      "; write the record again with this version's `" + kind.command + "`");
  }
  for (const List& list : kind.lists) {
    const auto found = record.find(list.name);
    if (found == record.end() || !found->is_array()) {
      throw ReportError(name + ": /" + list.name + " is not a list; write the record again with `" +
                        kind.command + "`");
    }
    for (std::size_t i = 0; i < found->size(); ++i) CheckEntry(list, i, (*found)[i], name, kind);
  }
}

}  // namespace alloclab
