// Schedules as data: a list that is followed, and the bytes of a fuzzer.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_STRATEGIES_H_
#define ALLOCLAB_FUZZ_SCHEDULE_STRATEGIES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/schedule/scheduler.h"

namespace alloclab {

// As Scheduler::schedule() has it.
using Schedule = std::vector<unsigned>;

// "0 1 1 0"; and back, nothing where the text is no list of numbers.
std::string ScheduleText(const Schedule& schedule);
std::optional<Schedule> ParseSchedule(std::string_view text);

// Follows a schedule; where it has ended, or names a thread that cannot go on, the usual choice.
class FollowSchedule : public Strategy {
 public:
  explicit FollowSchedule(Schedule schedule) : schedule_(std::move(schedule)) {}
  unsigned Choose(const StepOptions& options) override;
  bool FailsSpuriously() override;

 private:
  std::optional<unsigned> Next();

  const Schedule schedule_;
  std::size_t at_ = 0;
};

// What a fuzzer's bytes mean as a schedule: few bytes are few preemptions, wherever they lie.
//
//   byte   low 5 bits: how many choices are the usual one   high 3 bits: which option comes then
//
// After the last byte all choices are the usual ones.
class FuzzedSchedule : public Strategy {
 public:
  explicit FuzzedSchedule(std::span<const std::uint8_t> bytes) : bytes_(bytes) { ReadByte(); }
  unsigned Choose(const StepOptions& options) override;
  bool FailsSpuriously() override;

 private:
  // Whether this choice is an unusual one.
  bool IsUnusual();
  void ReadByte();

  std::span<const std::uint8_t> bytes_;
  bool ended_ = false;
  unsigned usual_ = 0;  // usual choices still to come
  unsigned which_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_STRATEGIES_H_
