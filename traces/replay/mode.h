// In which order a replay performs the calls of a trace with several threads. Every result says it.

#ifndef ALLOCLAB_TRACES_REPLAY_MODE_H_
#define ALLOCLAB_TRACES_REPLAY_MODE_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace alloclab {

enum class ReplayMode : std::uint8_t {
  kSerial,        // as recorded, one after the other, on one thread
  kPartialOrder,  // a thread for each recorded one; see traces/threaded_program.h
  kTimed,         // likewise, and no call before its time
};

inline constexpr std::string_view kReplayModeNames[] = {"serial", "partial-order", "timed"};

inline constexpr std::string_view ReplayModeName(ReplayMode mode) {
  return kReplayModeNames[static_cast<std::size_t>(mode)];
}

inline constexpr std::optional<ReplayMode> ReplayModeFromName(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kReplayModeNames); ++i) {
    if (kReplayModeNames[i] == name) return static_cast<ReplayMode>(i);
  }
  return std::nullopt;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_MODE_H_
