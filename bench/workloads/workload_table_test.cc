// Tables of a record with known figures.

#include "bench/workloads/workload_table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace alloclab::workloads {
namespace {

using Json = nlohmann::ordered_json;

Json CellWith(std::uint32_t threads, const std::string& allocator, double elapsed, double ratio,
              const std::string& standing, bool leads) {
  Json cell = {{"workload", "w"},
               {"threads", threads},
               {"allocator", allocator},
               {"status", "ok"},
               {"reason", ""},
               {"ns_per_op_blocks", Json::array({1, 1, 1})},
               {"elapsed_ns_per_op_median", elapsed},
               {"ratio_to_system", ratio},
               {"ratio_to_system_interval", Json::array({ratio - 0.01, ratio + 0.01})},
               {"standing", standing},
               {"leads", leads}};
  if (standing == "unresolved") cell["blocks_needed"] = 40;
  return cell;
}

Json Record() {
  Json record = {
      {"provenance", {{"blocks", 3}}},
      {"workloads", Json::array({{{"name", "w"}, {"stresses", "everything"}}})},
      {"allocators", Json::array({{{"name", "fast"}}, {{"name", "bad"}}, {{"name", "system"}}})},
      {"noise", Json::array({{{"workload", "w"}, {"threads", 1}, {"noise", 1.02}},
                             {{"workload", "w"}, {"threads", 2}, {"noise", nullptr}}})},
      {"cells", Json::array()}};
  record["cells"].push_back(CellWith(1, "fast", 10, 0.5, "faster", true));
  record["cells"].push_back(CellWith(2, "fast", 4, 0.9, "unresolved", true));
  record["cells"].push_back(CellWith(1, "bad", 30, 1.5, "slower", false));
  record["cells"].push_back({{"workload", "w"},
                             {"threads", 2},
                             {"allocator", "bad"},
                             {"status", "failed"},
                             {"reason", "killed by SIGSEGV"}});
  record["cells"].push_back(CellWith(1, "system", 20, 1, "same", false));
  record["cells"].push_back(CellWith(2, "system", 4.4, 1, "same", true));
  return record;
}

TEST(WorkloadTable, HasARowForEachAllocatorAndColumnsForEachNumberOfThreads) {
  std::ostringstream out;
  PrintWorkloadTables(Record(), out);
  const std::string text = out.str();
  const auto expect = [&text](const std::string& line) {
    EXPECT_NE(text.find("\n" + line + "\n"), std::string::npos) << line << "\nis not in\n" << text;
  };
  expect("w: everything");
  expect(
      "allocator                ns/op           against system     "
      "       ns/op           against system  scale");
  expect(
      "fast                     10.00         0.50 (0.49-0.51)     "
      "        4.00       ? 0.90 (0.89-0.91)  x2.50");
  expect(
      "bad                      30.00         1.50 (1.49-1.51)     "
      "      failed");
  expect("bad, 2 threads: failed: killed by SIGSEGV");
  expect(
      "system                   20.00                        1     "
      "        4.40                        1  x4.55");
  expect("1 thread: leading: fast; noise: 2.0 %");
  expect(
      "2 threads: leading: fast, system; not resolved against system: fast (up to about 40 "
      "blocks)");
  expect("3 blocks only: a figure to publish needs 15 or more.");
}

// Where nothing is known, a list of all names would say nothing.
TEST(WorkloadTable, SaysThatAllLeadWithoutTheirNames) {
  Json record = Record();
  for (Json& cell : record["cells"]) {
    if (cell["threads"] != 1) continue;
    cell["leads"] = true;
    if (cell["allocator"] == "system") continue;
    cell["standing"] = "unresolved";
    cell["blocks_needed"] = cell["allocator"] == "bad" ? Json(70) : Json(nullptr);
  }
  std::ostringstream out;
  PrintWorkloadTables(record, out);
  EXPECT_NE(out.str().find("\n1 thread: leading: all of them; not resolved against system: fast, "
                           "bad (up to about 70 blocks); noise: 2.0 %\n"),
            std::string::npos)
      << out.str();
}

}  // namespace
}  // namespace alloclab::workloads
