#include "traces/export/recording_writer.h"

#include <algorithm>

#include "traces/event_kind.h"
#include "traces/metadata.h"

namespace alloclab {

EventKind PlainKind(EventKind kind) {
  constexpr auto is_page_aligned = [](EventKind of) {
    return of == EventKind::kValloc || of == EventKind::kPvalloc;
  };
  switch (TraitsOf(kind).role) {
    case EventRole::kFrees:
      return EventKind::kFree;
    case EventRole::kResizes:
      return EventKind::kRealloc;
    case EventRole::kNotice:
      return kind == EventKind::kFreeNull ? EventKind::kFree : kind;
    case EventRole::kMakes:
      break;
  }
  const bool aligned = TraitsOf(kind).has_alignment || is_page_aligned(kind);
  return aligned ? EventKind::kMemalign : EventKind::kMalloc;
}

RecordingWriter::RecordingWriter(const std::string& path, const Metadata& metadata,
                                 const Abilities& abilities)
    : CallWriter(path),
      abilities_(abilities),
      clock_hz_(abilities.times ? FactsFromMetadata(path, metadata).clock_hz : 0),
      has_metadata_(!metadata.empty()) {}

std::uint64_t RecordingWriter::NanosecondsOf(const Event& event) const {
  __extension__ using Wide = unsigned __int128;
  if (event.time == 0 || clock_hz_ == 0) return 0;
  const Wide ns = Wide{event.time} * 1'000'000'000 / clock_hz_;
  if (ns > UINT64_MAX) return 0;
  // A clock may be faster than its times are written here, but that something has a time stays.
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(ns), 1);
}

bool RecordingWriter::CanHold(const Event& event) {
  if (event.kind == EventKind::kFreeNull) {
    lost_.frees_of_null += abilities_.frees_of_null ? 0 : 1;
    return abilities_.frees_of_null;
  }
  if (TraitsOf(event.kind).role == EventRole::kNotice) {
    const bool held = abilities_.thread_ends && event.kind == EventKind::kThreadEnd;
    lost_.notices += held ? 0 : 1;
    return held;
  }
  // Of realloc(block, 0) these formats tell only that NULL came back, as it does when it freed.
  const bool looks_freed =
      TraitsOf(event.kind).role == EventRole::kResizes && RequestedBytes(event) == 0;
  if (event.failed && (!abilities_.failed_calls || looks_freed)) {
    ++lost_.failed;
    return false;
  }
  return true;
}

void RecordingWriter::CountSimplified(const Event& event, EventKind kind) {
  const bool null_free = event.kind == EventKind::kFreeNull && kind == EventKind::kFree;
  const bool count_lost =
      TraitsOf(event.kind).has_count && !(TraitsOf(kind).has_count && abilities_.counts);
  if ((kind != event.kind && !null_free) || count_lost) ++lost_.kinds;
  if (!abilities_.threads && event.thread != 0) ++lost_.on_other_threads;
}

void RecordingWriter::Write(const Event& event) {
  constexpr std::uint64_t kPage = 4096;
  const AddressBook::Places places = addresses_.Follow(event);
  if (!CanHold(event)) return;
  const EventKind kind = abilities_.nearest(event);
  CountSimplified(event, kind);
  const bool keeps_count = TraitsOf(kind).has_count;
  Call call = {kind, event.thread, places.from, places.to};
  call.count = keeps_count ? event.count : 1;
  call.size = keeps_count ? event.size : RequestedBytes(event);
  call.alignment = TraitsOf(event.kind).has_alignment ? event.alignment : kPage;
  call.time_ns = NanosecondsOf(event);
  if (event.time != 0 && call.time_ns == 0) ++lost_.times;
  WriteCall(call);
}

std::string RecordingWriter::Losses() const {
  LossSentence losses;
  losses.Add(lost_.on_other_threads, "calls of other threads became the first thread's");
  losses.Add(lost_.kinds, "calls became the nearest kind that the format has");
  losses.Add(lost_.failed, "failed calls were left out");
  losses.Add(lost_.frees_of_null, "frees of NULL were left out");
  losses.Add(lost_.notices, "notices of threads, forks and markers were left out");
  losses.Add(lost_.times, "times were left out");
  losses.AddSites(sites());
  if (has_metadata_) losses.Add("there is no place for the metadata");
  return losses.For(name());
}

}  // namespace alloclab
