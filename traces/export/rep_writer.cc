#include "traces/export/rep_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>

#include "traces/event_kind.h"
#include "traces/export/call_writer.h"
#include "traces/live_table.h"
#include "traces/spool.h"

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

class RepWriter final : public CallWriter {
 public:
  RepWriter(const std::string& path, const Metadata& metadata);

  void Finish() override;
  std::string Losses() const override;

 private:
  void Write(const Event& event) override;
  void WriteRequest(char letter, std::uint64_t id, std::optional<std::uint64_t> size);
  void CountSimplified(const Event& event);

  const std::shared_ptr<Spool> requests_ = std::make_shared<Spool>();
  std::string heap_bytes_;  // empty: the most bytes live at once
  std::string weight_ = "1";
  std::uint64_t live_bytes_peak_ = 0;
  LiveTable<std::uint64_t> ids_;  // by the number of the allocation: its id plus one
  std::uint64_t ids_made_ = 0;
  std::uint64_t requests_made_ = 0;
  bool has_metadata_ = false;
  struct {
    std::uint64_t on_other_threads = 0;
    std::uint64_t counts = 0;
    std::uint64_t alignments = 0;
    std::uint64_t resizes_of_null = 0;
    std::uint64_t resizes_to_nothing = 0;
    std::uint64_t failed = 0;
    std::uint64_t frees_of_null = 0;
    std::uint64_t notices = 0;
    std::uint64_t large = 0;
  } lost_;
};

RepWriter::RepWriter(const std::string& path, const Metadata& metadata)
    : CallWriter(path), has_metadata_(!metadata.empty()) {
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

void RepWriter::Write(const Event& event) {
  live_bytes_peak_ = std::max(live_bytes_peak_, live().bytes());
  if (!IsCall(event)) {
    ++lost_.notices;
    return;
  }
  if (event.failed) {
    ++lost_.failed;
    return;
  }
  if (event.kind == EventKind::kFreeNull) {
    ++lost_.frees_of_null;
    return;
  }
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
  file().Write(fmt::format("{}\n{}\n{}\n{}\n",
                           heap_bytes_.empty() ? std::to_string(live_bytes_peak_) : heap_bytes_,
                           ids_made_, requests_made_, weight_));
  const std::unique_ptr<ByteSource> requests = ReadSpool(name(), requests_);
  while (!requests->Peek(1).empty()) {
    const std::string_view ahead = requests->Ahead();
    file().Write(ahead);
    requests->Skip(ahead.size());
  }
  CallWriter::Finish();
}

std::string RepWriter::Losses() const {
  LossSentence losses;
  losses.Add(lost_.on_other_threads, "calls of other threads became the first thread's");
  losses.Add(lost_.counts,
             "calls with a count (calloc) have their product as size, and nothing is cleared");
  losses.Add(lost_.alignments, "calls with an alignment became mallocs");
  losses.Add(lost_.resizes_of_null, "reallocs of NULL became mallocs");
  losses.Add(lost_.resizes_to_nothing, "reallocs to 0 bytes became frees");
  losses.Add(lost_.failed, "failed calls were left out");
  losses.Add(lost_.frees_of_null, "frees of NULL were left out");
  losses.Add(lost_.notices, "notices of threads, forks and markers were left out");
  losses.Add(lost_.large, "sizes are larger than drivers read (2^31 - 1)");
  losses.AddSites(sites());
  if (has_metadata_) losses.Add("there is no place for the metadata");
  return losses.For(name());
}

}  // namespace

const ExportFormat kRepExport = {
    "rep", "CMU malloc lab",
    [](const std::string& path, const Metadata& metadata) -> std::unique_ptr<ExportWriter> {
      return std::make_unique<RepWriter>(path, metadata);
    }};

}  // namespace alloclab
