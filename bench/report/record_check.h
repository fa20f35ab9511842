// Whether a record is one that the page can show.

#ifndef ALLOCLAB_BENCH_REPORT_RECORD_CHECK_H_
#define ALLOCLAB_BENCH_REPORT_RECORD_CHECK_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace alloclab {

// Throws ReportError when `record` has a kind or schema that this page does not read, or lacks what
// the page finds everything by: its lists, and the names in their entries. `name` is how the
// sentence calls it: "record". O(entries).
void CheckRecord(const nlohmann::json& record, const std::string& name);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_RECORD_CHECK_H_
