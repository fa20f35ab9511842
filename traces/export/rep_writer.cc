#include "traces/export/rep_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kDriverBytesMax = INT32_MAX;

// "free null" where it stands among the notices is a call; the others are none.
bool IsCall(const Event& event) {
  return TraitsOf(event.kind).role != EventRole::kNotice || event.kind == EventKind::kFreeNull;
}

bool IsNumber(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

RepWriter::RepWriter(const std::string& path, const Metadata& metadata)
    : file_(path), has_facts_(!metadata.empty()) {
  std::istringstream header(FindMetadata(metadata, "rep_header"));
  std::string first;
  std::string skipped;
  std::string fourth;
  header >> first >> skipped >> skipped >> fourth;
  if (IsNumber(first) && IsNumber(fourth)) {
    heap_bytes_ = first;
    weight_ = fourth;
  }
}

void RepWriter::Add(const Event& given) {
  Event event = given;
  if (const std::string why = live_.Apply(event); !why.empty()) {
    throw TraceError(fmt::format("{}: cannot write event {}: {}; correct what makes the events",
                                 file_.name(), events_, why));
  }
  ++events_;
  live_bytes_peak_ = std::max(live_bytes_peak_, live_.bytes());
  if (!IsCall(event)) {
    ++lost_.notices;
  } else if (event.failed) {
    ++lost_.failed;
  } else if (event.kind == EventKind::kFreeNull) {
    ++lost_.frees_of_null;
  } else {
    Write(event);
  }
}

void RepWriter::Write(const Event& event) {
  CountSimplified(event);
  // The ids of resizes live on, under the next allocation's number.
  const std::uint64_t id = EndsAllocation(event) ? ids_.Take(event.ref) - 1 : ids_made_;
  if (MakesAllocation(event)) {
    ids_.Insert(id + 1);
    if (id == ids_made_) ++ids_made_;
    WriteRequest(EndsAllocation(event) ? 'r' : 'a', id, RequestedBytes(event));
  } else {
    WriteRequest('f', id, std::nullopt);
  }
}

void RepWriter::WriteRequest(char letter, std::uint64_t id, std::optional<std::uint64_t> size) {
  ++requests_made_;
  if (size.value_or(0) > kDriverBytesMax) ++lost_.large;
  requests_->Write(size ? fmt::format("{} {} {}\n", letter, id, *size)
                        : fmt::format("{} {}\n", letter, id));
}

void RepWriter::CountSimplified(const Event& event) {
  const KindTraits& traits = TraitsOf(event.kind);
  if (event.thread != 0) ++lost_.on_other_threads;
  if (traits.has_count) ++lost_.counts;
  if (traits.has_alignment || event.kind == EventKind::kValloc ||
      event.kind == EventKind::kPvalloc) {
    ++lost_.alignments;
  }
  if (traits.role != EventRole::kResizes) return;
  if (event.ref == kNoAllocation) ++lost_.resizes_of_null;
  if (event.ref != kNoAllocation && !MakesAllocation(event)) ++lost_.resizes_to_nothing;
}

void RepWriter::Finish() {
  file_.Write(fmt::format("{}\n{}\n{}\n{}\n",
                          heap_bytes_.empty() ? std::to_string(live_bytes_peak_) : heap_bytes_,
                          ids_made_, requests_made_, weight_));
  const std::unique_ptr<ByteSource> requests = ReadSpool(file_.name(), requests_);
  while (!requests->Peek(1).empty()) {
    const std::string_view ahead = requests->Ahead();
    file_.Write(ahead);
    requests->Skip(ahead.size());
  }
  file_.Commit();
}

std::string RepWriter::Losses() const {
  std::string losses;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count != 0) losses += fmt::format("; {} {}", count, what);
  };
  add(lost_.on_other_threads, "calls of other threads became the first thread's");
  add(lost_.counts,
      "calls with a count (calloc) have their product as size, and nothing is cleared");
  add(lost_.alignments, "calls with an alignment became mallocs");
  add(lost_.resizes_of_null, "reallocs of NULL became mallocs");
  add(lost_.resizes_to_nothing, "reallocs to 0 bytes became frees");
  add(lost_.failed, "failed calls were left out");
  add(lost_.frees_of_null, "frees of NULL were left out");
  add(lost_.notices, "notices of threads, forks and markers were left out");
  add(lost_.large, "sizes are larger than drivers read (2^31 - 1)");
  if (has_facts_) losses += "; there is no place for the metadata";
  return losses.empty() ? "" : fmt::format("{}: {}.", file_.name(), losses.substr(2));
}

}  // namespace alloclab
