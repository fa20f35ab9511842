// What is no record is refused, and where it is none.

#include "bench/publish/trace_results.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench/publish/four_traces.h"
#include "bench/publish/made_record.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

std::string RefusalOf(const Json& record) {
  try {
    ReadTraceResults(record);
  } catch (const PublishError& error) {
    return error.what();
  }
  return "";
}

TEST(TraceResults, WhatIsNoRecordIsRefusedWithItsPlace) {
  EXPECT_EQ(RefusalOf(Json::array()),
            "record: / is no object; bench/schema/validate.py says what else is wrong");
  Json record = FourTraces();
  record["schema"] = 1;
  EXPECT_EQ(RefusalOf(record),
            "record: /schema is 1, these tables are made of schema 2; measure again with this "
            "version's `alloclab compare`");
  const std::pair<const char*, const char*> kBroken[] = {
      {"/cells/4/ratio_to_system_interval", "pair of numbers"},
      {"/cells/4/trace", "string"},
      {"/cells/4/held_bytes_peak", "whole number"},
      {"/cells/4/ns_per_op_median", "number"},
      {"/cells/4/leads", "true or false"},
      {"/cells/4/ns_per_op_blocks", "list"},
      {"/traces", "list"},
      {"/provenance/cpu", "string"}};
  for (const auto& [place, value, wanted] : std::vector<std::tuple<const char*, Json, const char*>>{
           {"/cells/4/ns_per_op_median", -1, "/ns_per_op_median is no number of at least 0"},
           {"/cells/4/held_over_live_mean", -0.5,
            "/held_over_live_mean is no number of at least 0"},
           {"/cells/4/ratio_to_system_interval", {0, 2}, "_interval is no interval above 0 around"},
           {"/cells/4/ratio_to_system_interval",
            {0.6, 2},
            "_interval is no interval above 0 around"},
           {"/cells/4/ratio_to_system_interval",
            {0.1, 0.4},
            "_interval is no interval above 0 around"},
           {"/cells/4/ratio_to_system", 0, "_interval is no interval above 0 around the ratio"},
           {"/cells/4/ratio_to_system", nullptr,
            "x on a, preload, has no ratio to system, which has not failed there"}}) {
    record = FourTraces();
    record[Json::json_pointer(place)] = value;
    EXPECT_NE(RefusalOf(record).find(wanted), std::string::npos)
        << place << " = " << value << " " << RefusalOf(record);
  }
  // More than a score can be made of.
  record = FourTraces();
  record["traces"][0]["operations"] = std::uint64_t{1} << 62;
  EXPECT_THROW(ScoreTable(ReadTraceResults(record), kTable), PublishError);
  for (const auto& [place, wanted] : kBroken) {
    record = FourTraces();
    record[Json::json_pointer(place)] = Json::object();
    EXPECT_EQ(RefusalOf(record), std::string("record: ") + place + " is no " + wanted +
                                     "; bench/schema/validate.py says what else is wrong");
  }
  record = FourTraces();
  record.erase("provenance");
  EXPECT_EQ(RefusalOf(record),
            "record: /provenance is no object; bench/schema/validate.py says what else is wrong");
}

}  // namespace
}  // namespace alloclab::publish
