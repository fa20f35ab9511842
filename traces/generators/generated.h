// What a generator makes, in memory, or refuses, for the tests.

#ifndef ALLOCLAB_TRACES_GENERATORS_GENERATED_H_
#define ALLOCLAB_TRACES_GENERATORS_GENERATED_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "traces/generators/generator.h"
#include "traces/trace_io.h"

namespace alloclab::generators {

using Values = std::vector<std::pair<std::string_view, std::uint64_t>>;

inline Arguments ArgumentsFor(std::string_view name, const Values& values = {}) {
  Arguments arguments(FindGenerator(name));
  for (const auto& [parameter, value] : values) arguments.Set(parameter, value);
  return arguments;
}

inline std::vector<Event> EventsOf(const Arguments& arguments, std::uint64_t seed = 1) {
  std::vector<Event> events;
  Emitter emitter([&events](const Event& event) { events.push_back(event); });
  Generate(arguments, seed, emitter);
  return events;
}

inline std::vector<Event> EventsOf(std::string_view name, const Values& values = {},
                                   std::uint64_t seed = 1) {
  return EventsOf(ArgumentsFor(name, values), seed);
}

// What a call is refused with; nothing when it is not.
inline std::string Refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const TraceError& error) {
    return error.what();
  } catch (const GeneratorError& error) {
    return error.what();
  }
  return "";
}

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_GENERATED_H_
