#include "fuzz/planted/planted.h"

#include <algorithm>

namespace alloclab::planted {
namespace {

std::vector<PlantedBug>& Registered() {
  static auto& bugs = *new std::vector<PlantedBug>;
  return bugs;
}

}  // namespace

Trail& TheTrail() {
  static Trail trail;
  return trail;
}

void Reached() { ++TheTrail().reached; }
void Triggered(bool really) { TheTrail().triggered += really ? 1 : 0; }

Registration::Registration(std::string_view name, RunFunction run) {
  Registered().push_back({name, run});
}

std::vector<PlantedBug> AllPlantedBugs() {
  std::vector<PlantedBug> bugs = Registered();
  std::ranges::sort(bugs, {}, &PlantedBug::name);
  return bugs;
}

}  // namespace alloclab::planted
