#include "fuzz/differential.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "fuzz/shrink.h"
#include "traces/event_kind.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

std::string AnswerName(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::kNone:
      return "nothing";
    case Answer::Kind::kGranted:
      return "a block";
    case Answer::Kind::kNull:
      break;
  }
  if (answer.error == 0) return "null";
  return answer.error == ENOMEM   ? "null, ENOMEM"
         : answer.error == EINVAL ? "null, EINVAL"
                                  : fmt::format("null, errno {}", answer.error);
}

bool IsLeftOut(const FuzzProgram& program, const Event& event) {
  const std::uint64_t bytes = RequestedBytes(event);
  return event.kind == EventKind::kMarker || event.alignment > kDifferentialArenaBytes / 64 ||
         (event.failed && bytes > program.arena_bytes && bytes <= kMaxRequestBytes);
}

}  // namespace

FuzzProgram WhereAllAgree(FuzzProgram program) {
  std::vector<bool> keep;
  std::uint64_t together = 0;
  for (const Event& event : program.events) {
    const bool left_out = IsLeftOut(program, event);
    if (!event.failed && !left_out) together += RequestedBytes(event) + event.alignment;
    keep.push_back(!left_out && together <= kDifferentialArenaBytes / 4);
  }
  program.events = Select(program.events, keep);
  return program;
}

std::string WhereTheyPart(const FuzzProgram& program, std::span<const Answers> all) {
  for (std::size_t i = 0; i < program.events.size(); ++i) {
    const Answers* first = nullptr;
    for (const Answers& each : all) {
      if (i >= each.answers.size()) continue;
      if (first == nullptr) first = &each;
      if (each.answers[i] == first->answers[i]) continue;
      return fmt::format("event {} ({}): {} answers {}, {} {}", i + 1,
                         FormatEvent(program.events[i]), first->allocator,
                         AnswerName(first->answers[i]), each.allocator,
                         AnswerName(each.answers[i]));
    }
  }
  return "";
}

}  // namespace alloclab
