#include "fuzz/schedule/strategies.h"

#include <algorithm>
#include <charconv>

namespace alloclab {

std::string ScheduleText(const Schedule& schedule) {
  std::string text;
  for (const unsigned choice : schedule) {
    if (!text.empty()) text += ' ';
    text += std::to_string(choice);
  }
  return text;
}

std::optional<Schedule> ParseSchedule(std::string_view text) {
  Schedule schedule;
  while (!text.empty()) {
    unsigned choice = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), choice);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && text.front() != ' ') return std::nullopt;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    schedule.push_back(choice);
  }
  return schedule;
}

std::optional<unsigned> FollowSchedule::Next() {
  if (at_ == schedule_.size()) return std::nullopt;
  return schedule_[at_++];
}

unsigned FollowSchedule::Choose(const StepOptions& options) {
  if (options.steps.size() == 1) return options.usual;
  const std::optional<unsigned> wanted = Next();
  const bool possible = wanted && std::ranges::any_of(options.steps, [&](const Step& step) {
                          return step.thread == *wanted;
                        });
  return possible ? *wanted : options.usual;
}

bool FollowSchedule::FailsSpuriously() { return Next().value_or(0) == 1; }

void FuzzedSchedule::ReadByte() {
  ended_ = bytes_.empty();
  if (ended_) return;
  usual_ = bytes_.front() & 31;
  which_ = bytes_.front() >> 5;
  bytes_ = bytes_.subspan(1);
}

bool FuzzedSchedule::IsUnusual() {
  if (ended_) return false;
  if (usual_ == 0) return true;
  --usual_;
  return false;
}

unsigned FuzzedSchedule::Choose(const StepOptions& options) {
  if (options.steps.size() == 1 || !IsUnusual()) return options.usual;
  const unsigned thread = options.steps[which_ % options.steps.size()].thread;
  ReadByte();
  return thread;
}

bool FuzzedSchedule::FailsSpuriously() {
  if (!IsUnusual()) return false;
  const bool fails = which_ % 2 == 1;
  ReadByte();
  return fails;
}

}  // namespace alloclab
