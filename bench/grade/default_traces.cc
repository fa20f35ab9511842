#include "bench/grade/default_traces.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "traces/generators/generator.h"

namespace alloclab::grade {
namespace {

constexpr std::size_t kRecordedEvents = 6000;
// Programs of the corpus.
constexpr std::string_view kRecorded[] = {"bash", "git", "sqlite", "redis", "python", "gcc"};

struct Generated {
  std::string_view generator;
  std::vector<std::pair<std::string_view, std::uint64_t>> values;
};
// About as long as the recorded ones.
const std::vector<Generated>& AllGenerated() {
  static const std::vector<Generated> all = {
      {"growth", {{"operations", 6000}, {"buffers", 16}, {"limit", 65536}}},
      {"comb", {{"blocks", 1200}, {"rounds", 2}}},
      {"power_plus_one", {{"operations", 3000}, {"live", 500}, {"most_power", 12}}},
      {"sawtooth", {{"teeth", 4}, {"peak", 800}}},
      {"queues", {{"operations", 6000}, {"queues", 8}, {"length", 64}}},
      {"robson_first_fit", {{"live", 2048}, {"largest", 64}}}};
  return all;
}

LabTrace Generate(const Generated& generated) {
  generators::Arguments arguments(generators::FindGenerator(generated.generator));
  for (const auto& [name, value] : generated.values) arguments.Set(name, value);
  std::vector<Event> events;
  generators::Emitter emitter([&events](const Event& event) { events.push_back(event); });
  constexpr std::uint64_t kSeed = 1;
  generators::Generate(arguments, kSeed, emitter);
  return {std::string(generated.generator), LabEvents(events)};
}

}  // namespace

std::vector<LabTrace> DefaultTraces(const std::string& corpus) {
  std::vector<LabTrace> traces;
  for (const std::string_view name : kRecorded) {
    traces.push_back(ReadLabTrace(corpus + "/" + std::string(name) + ".alt", kRecordedEvents));
  }
  for (const Generated& generated : AllGenerated()) traces.push_back(Generate(generated));
  return traces;
}

}  // namespace alloclab::grade
