#include "fuzz/schedule/enumerator.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace alloclab {
namespace {

std::uint64_t Bit(unsigned thread) { return std::uint64_t{1} << thread; }

// Whether the order of two steps of different threads may matter.
bool Depend(const Point& a, const Point& b) {
  if (a.object == nullptr || b.object == nullptr) return true;
  return a.object == b.object && (a.writes || b.writes);
}

[[noreturn]] void Die(const char* why) {
  std::fprintf(stderr, "enumeration of schedules: %s\n", why);
  std::abort();
}

}  // namespace

Enumerator::Enumerator(const Limits& limits) : limits_(limits) {
  if (limits.sleep_sets && limits.preemptions != kAny) {
    Die("sleep sets and a bound on preemptions exclude one another");
  }
}

Enumerator::Node Enumerator::NewNode(const StepOptions& options) const {
  Node node;
  node.preemptions = preemptions_;
  node.interrupts = options.interrupts;
  const bool only_usual = options.interrupts && preemptions_ >= limits_.preemptions;
  const auto add = [&](unsigned thread) {
    if (thread >= 64) Die("more than 64 threads");
    if ((sleeping_ & Bit(thread)) == 0) node.options.push_back(thread);
  };
  add(options.usual);
  for (const Step& step : options.steps) {
    if (step.thread != options.usual && !only_usual) add(step.thread);
  }
  return node;
}

unsigned Enumerator::Choose(const StepOptions& options) {
  if (depth_ == path_.size()) {
    Node node = NewNode(options);
    if (node.options.empty()) {
      gave_up_ = true;
      return kGiveUp;
    }
    path_.push_back(std::move(node));
  }
  const Node& node = path_[depth_++];
  const unsigned thread = node.options[node.at];
  if (std::ranges::none_of(options.steps,
                           [&](const Step& step) { return step.thread == thread; })) {
    Die("the program does something else when it is run again; all it does must follow from "
        "the schedule");
  }
  if (limits_.sleep_sets) FallAsleep(options, node);
  preemptions_ = node.preemptions + (node.interrupts && thread != options.usual ? 1 : 0);
  return thread;
}

// What was taken from here before this option sleeps from now on, with what slept already, unless
// this step depends on it.
void Enumerator::FallAsleep(const StepOptions& options, const Node& node) {
  Threads candidates = sleeping_;
  for (std::size_t i = 0; i < node.at; ++i) candidates |= Bit(node.options[i]);
  const unsigned thread = node.options[node.at];
  const auto point_of = [&](unsigned wanted) {
    return std::ranges::find(options.steps, wanted, &Step::thread)->point;
  };
  sleeping_ = 0;
  const Point taken = point_of(thread);
  for (const Step& step : options.steps) {
    const bool candidate = (candidates & Bit(step.thread)) != 0 && step.thread != thread;
    if (candidate && !Depend(step.point, taken)) sleeping_ |= Bit(step.thread);
  }
}

bool Enumerator::FailsSpuriously() {
  if (depth_ == path_.size()) {
    Node node;
    node.options = {0, 1};
    node.preemptions = preemptions_;
    path_.push_back(std::move(node));
  }
  const Node& node = path_[depth_++];
  return node.options[node.at] == 1;
}

bool Enumerator::Next() {
  ++(gave_up_ ? pruned_ : schedules_);
  while (!path_.empty() && path_.back().at + 1 == path_.back().options.size()) path_.pop_back();
  depth_ = 0;
  preemptions_ = 0;
  sleeping_ = 0;
  gave_up_ = false;
  if (path_.empty()) return false;
  ++path_.back().at;
  return true;
}

}  // namespace alloclab
