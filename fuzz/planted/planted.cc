#include "fuzz/planted/planted.h"

#include <algorithm>

namespace alloclab::planted {
namespace {

std::vector<PlantedBug>& Registered() {
  static auto& bugs = *new std::vector<PlantedBug>;
  return bugs;
}

Trail nowhere;
Trail* trail = &nowhere;

}  // namespace

void LeaveTrailIn(Trail* where) { trail = where; }
void Reached() { ++trail->reached; }
void Triggered(bool really) { trail->triggered += really ? 1 : 0; }

Registration::Registration(std::string_view name, RunFunction run,
                           WithoutRuleFunction without_rule) {
  Registered().push_back({name, run, nullptr, without_rule});
}
Registration::Registration(std::string_view name, RunThreadedFunction run,
                           WithoutRuleFunction without_rule) {
  Registered().push_back({name, nullptr, run, without_rule});
}

std::vector<PlantedBug> AllPlantedBugs() {
  std::vector<PlantedBug> bugs = Registered();
  std::ranges::sort(bugs, {}, &PlantedBug::name);
  return bugs;
}

}  // namespace alloclab::planted
