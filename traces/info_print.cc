// The two faces of a TraceInfo: a page of text and a JSON object.

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <ranges>

#include "traces/info.h"
#include "traces/text_format.h"

namespace alloclab {
namespace {

constexpr double kFractions[] = {0.5, 0.9, 0.99, 1.0};
constexpr const char* kFractionNames[] = {"p50", "p90", "p99", "max"};
constexpr int kBarWidth = 40;
constexpr std::size_t kThreadsShown = 16;

std::string Bar(std::uint64_t value, std::uint64_t most) {
  const double share = most == 0 ? 0 : static_cast<double>(value) / static_cast<double>(most);
  return std::string(static_cast<std::size_t>(share * kBarWidth), '#');
}

// Of a long value (a table of call sites) only the beginning, and no half of a character in UTF-8.
std::string ShownValue(const std::string& value) {
  constexpr std::size_t kMostBytes = 200;
  if (value.size() <= kMostBytes) return EscapeValue(value);
  std::size_t end = kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}... ({} bytes)", EscapeValue(value.substr(0, end)), value.size());
}

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
    fmt::print(out, "  from {:>20} {:>12} {}\n", first, count, Bar(count, most));
  }
}

// The busiest threads, if there is more than one.
void PrintThreads(const TraceInfo& info, std::ostream& out) {
  if (info.by_thread.size() < 2) return;
  fmt::print(out, "threads: {} blocks are freed or resized by another than made them\n",
             info.foreign_ends);
  std::vector<std::size_t> order(info.by_thread.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const std::uint64_t events[] = {info.by_thread[a].events, info.by_thread[b].events};
    return events[0] != events[1] ? events[0] > events[1] : a < b;
  });
  fmt::print(out, "  {:>10} {:>12} {:>12} {:>16} {:>12}\n", "thread", "events", "allocations",
             "bytes requested", "of others");
  for (const std::size_t number : order | std::views::take(kThreadsShown)) {
    const ThreadInfo& thread = info.by_thread[number];
    fmt::print(out, "  {:>10} {:>12} {:>12} {:>16} {:>12}\n", number, thread.events,
               thread.allocations, thread.bytes_requested, thread.foreign_ends);
  }
  if (order.size() > kThreadsShown) {
    fmt::print(out, "  and {} more with fewer events\n", order.size() - kThreadsShown);
  }
}

void PrintLiveCurve(const TraceInfo& info, std::ostream& out) {
  const std::vector<std::uint64_t>& steps = info.live_curve.most();
  if (steps.empty()) return;
  fmt::print(out, "live at most (bytes), by event:\n");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    fmt::print(out, "  from {:>20} {:>12} {}\n", i * info.live_curve.events_per_step(), steps[i],
               Bar(steps[i], info.live_bytes_peak));
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
    fmt::print(out, "{}: {}\n", key, ShownValue(value));
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
  if (info.seconds > 0) fmt::print(out, "time: {:.6f} seconds\n", info.seconds);
  PrintThreads(info, out);
  PrintPercentiles("size (bytes)", info.sizes, out);
  PrintPowers(info.sizes, out);
  PrintPercentiles("lifetime (events)", info.lifetimes, out);
  PrintPowers(info.lifetimes, out);
  PrintLiveCurve(info, out);
}

nlohmann::json InfoToJson(const TraceInfo& info) {
  nlohmann::json json;
  json["metadata"] = nlohmann::json::array();
  for (const auto& [key, value] : info.metadata) {
    // Escaped as in the text form.
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
  json["seconds"] = info.seconds;
  json["foreign_ends"] = info.foreign_ends;
  json["by_thread"] = nlohmann::json::array();
  for (std::size_t number = 0; number < info.by_thread.size(); ++number) {
    const ThreadInfo& thread = info.by_thread[number];
    json["by_thread"].push_back({{"thread", number},
                                 {"events", thread.events},
                                 {"allocations", thread.allocations},
                                 {"bytes_requested", thread.bytes_requested},
                                 {"foreign_ends", thread.foreign_ends}});
  }
  json["live_curve"] = {{"events_per_step", info.live_curve.events_per_step()},
                        {"live_bytes", info.live_curve.most()}};
  return json;
}

}  // namespace alloclab
