#include "traces/sample_events.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>

#include "traces/archive_writer.h"
#include "traces/event_kind.h"

namespace alloclab {
namespace {

using Random = std::mt19937_64;

std::size_t Below(Random& random, std::size_t bound) { return random() % bound; }

// A number of any magnitude, the extremes included.
std::uint64_t AnyNumber(Random& random) {
  if (Below(random, 40) == 0) return UINT64_MAX;
  return random() >> Below(random, 64);
}

// Of any magnitude, often not known.
std::uint32_t AnySite(Random& random) {
  if (Below(random, 4) == 0) return 0;
  if (Below(random, 40) == 0) return UINT32_MAX;
  return static_cast<std::uint32_t>(random() >> (32 + Below(random, 32)));
}

std::uint64_t CommonSize(Random& random) {
  constexpr std::uint64_t kSizes[] = {16, 24, 24, 32, 32, 32, 40, 48, 64, 72, 96, 128, 256, 1024};
  if (Below(random, 32) == 0) return 1 + Below(random, 4096);
  return kSizes[Below(random, std::size(kSizes))];
}

// The live allocations, of which any may be taken out.
class LivePool {
 public:
  std::uint64_t Add() {
    ids_.push_back(next_);
    return next_++;
  }
  std::uint64_t Pick(std::size_t index, bool remove) {
    const std::uint64_t id = ids_[index];
    if (remove) {
      ids_[index] = ids_.back();
      ids_.pop_back();
    }
    return id;
  }
  std::uint64_t PopNewest() { return Pick(ids_.size() - 1, true); }
  std::size_t size() const { return ids_.size(); }

 private:
  std::vector<std::uint64_t> ids_;
  std::uint64_t next_ = 0;
};

Event RandomEvent(Random& random, const LivePool& live) {
  Event event;
  do {
    event.kind = static_cast<EventKind>(Below(random, kEventKinds));
  } while (TraitsOf(event.kind).role == EventRole::kFrees && live.size() == 0);
  event.failed = CanFail(event.kind) && Below(random, 8) == 0;
  event.size = Below(random, 8) == 0 ? 0 : AnyNumber(random);
  event.count = AnyNumber(random);
  event.alignment = std::uint64_t{1} << Below(random, 20);
  event.thread = Below(random, 4) == 0 ? static_cast<std::uint32_t>(random() >> 35) : 0;
  return event;
}

}  // namespace

std::vector<Event> RandomEvents(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  LivePool live;
  std::vector<Event> events;
  // Whole blocks have none where they are small.
  constexpr std::size_t kSiteStretch = 100;
  bool has_sites = false;
  while (events.size() < count) {
    Event event = RandomEvent(random, live);
    if (events.size() % kSiteStretch == 0) has_sites = Below(random, 2) == 0;
    if (has_sites) event.site = AnySite(random);
    const EventRole role = TraitsOf(event.kind).role;
    const bool refers = role == EventRole::kFrees ||
                        (role == EventRole::kResizes && live.size() > 0 && Below(random, 4) != 0);
    if (refers) event.ref = live.Pick(Below(random, live.size()), !event.failed);
    event = Canonical(event);
    if (MakesAllocation(event)) event.id = live.Add();
    events.push_back(event);
  }
  return events;
}

std::vector<Event> RecordingLikeEvents(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  LivePool live;
  std::vector<Event> events;
  events.reserve(count + 64);
  while (events.size() < count) {
    // A call allocates a burst, now and then grows a buffer, and frees most of it on its way out.
    const std::size_t burst = 1 + Below(random, 12);
    const std::uint64_t size = CommonSize(random);
    for (std::size_t i = 0; i < burst; ++i) {
      Event event;
      event.size = i % 4 == 3 ? CommonSize(random) : size;
      if (Below(random, 64) == 0) event.kind = EventKind::kCalloc;
      event.id = live.Add();
      events.push_back(event);
    }
    if (Below(random, 16) == 0) {
      Event event;
      event.kind = EventKind::kRealloc;
      event.ref = live.PopNewest();
      event.size = 2 * size;
      event.id = live.Add();
      events.push_back(event);
    }
    const std::size_t kept = Below(random, 8) == 0 ? burst / 2 : 0;
    for (std::size_t i = kept; i < burst; ++i) {
      Event event;
      event.kind = EventKind::kFree;
      event.ref = live.PopNewest();
      events.push_back(event);
    }
    if (live.size() > 20000) {
      for (int i = 0; i < 64; ++i) {
        Event event;
        event.kind = EventKind::kFree;
        event.ref = live.Pick(Below(random, live.size()), true);
        events.push_back(event);
      }
    }
  }
  events.resize(count);
  return events;
}

std::vector<Event> ReadAll(TraceReader& reader) {
  std::vector<Event> all;
  std::vector<Event> batch;
  while (reader.Next(batch)) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

std::string FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string TemporaryPath(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  const std::filesystem::path path = std::filesystem::path(folder ? folder : "/tmp") / name;
  std::filesystem::remove_all(path);
  return path.string();
}

std::string ArchiveBytes(const std::vector<Event>& events, const Metadata& metadata,
                         std::uint32_t block_events, int zstd_level) {
  const std::string path = TemporaryPath("bytes.alt");
  ArchiveWriter writer(path, {metadata, zstd_level},
                       block_events == 0 ? kBlockEvents : block_events);
  for (const Event& event : events) writer.Add(event);
  writer.Finish();
  std::string bytes = FileBytes(path);
  std::filesystem::remove(path);
  return bytes;
}

std::string TextBytes(const std::vector<Event>& events, const Metadata& metadata) {
  const std::string path = TemporaryPath("bytes.txt");
  const std::unique_ptr<TraceWriter> writer =
      CreateTrace(path, TraceForm::kText, {.metadata = metadata});
  for (const Event& event : events) writer->Add(event);
  writer->Finish();
  std::string bytes = FileBytes(path);
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace alloclab
