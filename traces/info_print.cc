// The two faces of a TraceInfo: a page of text and a JSON object.

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "traces/info.h"
#include "traces/text_format.h"

namespace alloclab {
namespace {

constexpr double kFractions[] = {0.5, 0.9, 0.99, 1.0};
constexpr const char* kFractionNames[] = {"p50", "p90", "p99", "max"};
constexpr int kBarWidth = 40;

void PrintPercentiles(std::string_view what, const Histogram& histogram, std::ostream& out) {
  fmt::print(out, "{}:", what);
  for (std::size_t i = 0; i < std::size(kFractions); ++i) {
    fmt::print(out, "  {} {}", kFractionNames[i], histogram.Percentile(kFractions[i]));
  }
  out << "\n";
}

// One bar a power of two, the longest kBarWidth wide.
void PrintPowers(const Histogram& histogram, std::ostream& out) {
  std::uint64_t most = 1;
  for (int bits = 0; bits <= 64; ++bits) most = std::max(most, histogram.CountOfWidth(bits));
  for (int bits = 0; bits <= 64; ++bits) {
    const std::uint64_t count = histogram.CountOfWidth(bits);
    if (count == 0) continue;
    const std::uint64_t first = bits == 0 ? 0 : std::uint64_t{1} << (bits - 1);
    const double share = static_cast<double>(count) / static_cast<double>(most);
    fmt::print(out, "  from {:>20} {:>12} {}\n", first, count,
               std::string(static_cast<std::size_t>(share * kBarWidth), '#'));
  }
}

nlohmann::json HistogramToJson(const Histogram& histogram) {
  nlohmann::json json;
  for (std::size_t i = 0; i < std::size(kFractions); ++i) {
    json[kFractionNames[i]] = histogram.Percentile(kFractions[i]);
  }
  json["powers_of_two"] = nlohmann::json::array();
  for (int bits = 0; bits <= 64; ++bits) {
    const std::uint64_t count = histogram.CountOfWidth(bits);
    const std::uint64_t first = bits == 0 ? 0 : std::uint64_t{1} << (bits - 1);
    if (count > 0) json["powers_of_two"].push_back({{"from", first}, {"count", count}});
  }
  return json;
}

}  // namespace

void PrintInfo(const TraceInfo& info, std::ostream& out) {
  for (const auto& [key, value] : info.metadata) {
    fmt::print(out, "{}: {}\n", key, EscapeValue(value));
  }
  for (const std::string& warning : info.warnings) fmt::print(out, "warning: {}\n", warning);
  if (!info.taint().empty()) {
    fmt::print(out, "warning: the recorder marked this trace as tainted: {}\n",
               EscapeValue(info.taint()));
  }
  fmt::print(out, "events: {} ({} failed calls) on {} threads\n", info.events, info.failed,
             info.threads);
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    if (info.events_by_kind[i] == 0) continue;
    fmt::print(out, "  {:<20} {:>12}\n", kKindTraits[i].name, info.events_by_kind[i]);
  }
  if (info.file_bytes > 0) {
    fmt::print(out, "file: {} bytes, {:.3f} an event\n", info.file_bytes, info.bytes_per_event());
  }
  fmt::print(out, "allocations: {}, of which {} are never freed\n", info.allocations,
             info.never_freed);
  fmt::print(out, "live at most: {} bytes, {} blocks; requested in all: {} bytes\n",
             info.live_bytes_peak, info.live_blocks_peak, info.bytes_requested);
  PrintPercentiles("size (bytes)", info.sizes, out);
  PrintPowers(info.sizes, out);
  PrintPercentiles("lifetime (events)", info.lifetimes, out);
}

nlohmann::json InfoToJson(const TraceInfo& info) {
  nlohmann::json json;
  json["metadata"] = nlohmann::json::array();
  for (const auto& [key, value] : info.metadata) {
    // Escaped as in the text form: JSON strings cannot hold arbitrary bytes.
    json["metadata"].push_back({{"key", key}, {"value", EscapeValue(value)}});
  }
  json["warnings"] = info.warnings;
  json["tainted"] = EscapeValue(info.taint());
  json["file_bytes"] = info.file_bytes;
  json["bytes_per_event"] = info.bytes_per_event();
  json["events"] = info.events;
  json["events_by_kind"] = nlohmann::json::object();
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    if (info.events_by_kind[i] == 0) continue;
    json["events_by_kind"][std::string(kKindTraits[i].name)] = info.events_by_kind[i];
  }
  json["failed"] = info.failed;
  json["threads"] = info.threads;
  json["allocations"] = info.allocations;
  json["never_freed"] = info.never_freed;
  json["live_bytes_peak"] = info.live_bytes_peak;
  json["live_blocks_peak"] = info.live_blocks_peak;
  json["bytes_requested"] = info.bytes_requested;
  json["size_bytes"] = HistogramToJson(info.sizes);
  json["lifetime_events"] = HistogramToJson(info.lifetimes);
  return json;
}

}  // namespace alloclab
