#include "traces/recorder/raw_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <limits>
#include <tuple>

#include "traces/recorder/raw_record.h"
#include "traces/trace_io.h"

namespace alloclab::recorder {
namespace {

[[noreturn]] void Refuse(const std::string& path, std::size_t offset, const std::string& why) {
  throw TraceError(fmt::format("{}: byte {}: {}; record the program again", path, offset, why));
}

std::string LogPath(const std::string& live_path) {
  return std::filesystem::path(live_path).replace_extension(".log").string();
}

std::vector<std::string> SplitArguments(const ImageHeader& header) {
  const std::size_t bytes = std::min<std::size_t>(header.arguments_bytes, sizeof(header.arguments));
  std::vector<std::string> arguments;
  for (std::size_t begin = 0; begin < bytes;) {
    const std::size_t length = strnlen(header.arguments + begin, bytes - begin);
    arguments.emplace_back(header.arguments + begin, length);
    begin += length + 1;
  }
  return arguments;
}

std::uint64_t FirstWord(const std::byte* chunk) {
  std::uint64_t word;
  std::memcpy(&word, chunk, sizeof(word));
  return word;
}

// The number of a chunk that holds something; UINT64_MAX otherwise.
std::uint64_t ChunkNumber(std::span<const std::byte> chunk) {
  ChunkReader reader(chunk);
  RawRecord record;
  const bool named = chunk.size() >= kLongBytes && FirstWord(chunk.data()) != 0 &&
                     reader.Next(record) && NamesThread(record.kind);
  return named ? record.size : UINT64_MAX;
}

}  // namespace

std::optional<ImageFacts> ReadImageFacts(const std::string& live_path) {
  const MappedFile file(live_path, sizeof(ImageHeader));
  if (file.bytes().empty()) return std::nullopt;
  if (file.bytes().size() < sizeof(ImageHeader)) {
    Refuse(live_path, file.bytes().size(), "the file ends inside the header of a raw recording");
  }
  const auto& header = *reinterpret_cast<const ImageHeader*>(file.bytes().data());
  if (header.magic == 0) return std::nullopt;
  if (header.magic != kImageMagic) Refuse(live_path, 0, "not a raw recording of this version");
  ImageFacts facts;
  facts.path = live_path;
  facts.image = header.image;
  facts.pid = header.pid;
  facts.parent_image = header.parent_image;
  facts.fork_stamp = header.fork_stamp;
  facts.start_wall_ns = header.start_wall_ns;
  facts.dropped = header.dropped.load(std::memory_order_relaxed);
  facts.nested = header.nested.load(std::memory_order_relaxed);
  const std::uint32_t slots = header.slots_used.load(std::memory_order_relaxed);
  if (slots == 0 || slots > kSlotsMax) {
    Refuse(live_path, offsetof(ImageHeader, slots_used), fmt::format("{} slots in use", slots));
  }
  facts.live_bytes = slots * kSlotBytes;
  facts.program.assign(header.program, strnlen(header.program, sizeof(header.program)));
  facts.arguments = SplitArguments(header);
  facts.arguments_cut = header.arguments_cut != 0;
  return facts;
}

RawImage::RawImage(const ImageFacts& facts, bool still_running)
    : facts_(facts), live_(facts.path, facts.live_bytes), slots_(live_.bytes()) {
  // Slots first: a chunk that moves meanwhile is then seen twice, and known by its number.
  if (still_running) CopySlots();
  std::vector<std::uint64_t> chunks_in_slots;
  AddSlots(chunks_in_slots);
  std::ranges::sort(chunks_in_slots);
  const std::string log_path = LogPath(facts_.path);
  if (std::filesystem::exists(log_path)) AddLog(log_path, chunks_in_slots);
  SortRuns();
}

void RawImage::CopySlots() {
  copy_.assign(slots_.begin(), slots_.end());
  for (std::size_t at = kSlotBytes; at + kSlotBytes <= slots_.size(); at += kSlotBytes) {
    std::atomic_thread_fence(std::memory_order_acquire);
    // A chunk that was cleared while it was copied is in the .log file.
    const std::uint64_t before = FirstWord(copy_.data() + at);
    if (FirstWord(slots_.data() + at) != before) std::memset(copy_.data() + at, 0, kSlotBytes);
  }
  slots_ = copy_;
}

void RawImage::AddSlots(std::vector<std::uint64_t>& chunks) {
  for (std::size_t at = kSlotBytes; at < slots_.size(); at += kSlotBytes) {
    const auto chunk = slots_.subspan(at, std::min(kChunkBytes, slots_.size() - at));
    if (chunk.size() < kLongBytes || FirstWord(chunk.data()) == 0) continue;
    chunks.push_back(ChunkNumber(chunk));
    AddChunk(chunk, facts_.path, at);
  }
}

void RawImage::AddLog(const std::string& path, const std::vector<std::uint64_t>& chunks_in_slots) {
  log_ = std::make_unique<MappedFile>(path, std::numeric_limits<std::size_t>::max());
  const auto bytes = log_->bytes();
  for (std::size_t at = 0; at < bytes.size(); at += kChunkBytes) {
    const auto chunk = bytes.subspan(at, std::min(kChunkBytes, bytes.size() - at));
    if (chunk.size() < kLongBytes || FirstWord(chunk.data()) == 0) continue;  // never written
    if (std::ranges::binary_search(chunks_in_slots, ChunkNumber(chunk))) continue;
    AddChunk(chunk, path, at);
  }
}

// Cuts the chunk into runs, each beginning with the record that names its thread.
void RawImage::AddChunk(std::span<const std::byte> chunk, const std::string& path,
                        std::size_t offset) {
  ChunkReader reader(chunk);
  RawRecord record;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool in_run = false;
  while (reader.Next(record)) {
    const auto kind = static_cast<std::uint8_t>(record.kind);
    if (kind == 0 || kind > kRecordKindLast) {
      Refuse(path, offset + reader.begin(), fmt::format("unknown record kind {}", kind));
    }
    if (NamesThread(record.kind)) {
      if (in_run) runs_.back().bytes = chunk.subspan(begin, end - begin);
      begin = reader.begin();
      in_run = true;
      runs_.push_back({record.address, record.stamp, runs_.size(), {}});
    } else {
      if (!in_run) Refuse(path, offset, "the chunk does not say which thread wrote it");
      if (record.kind != RecordKind::kSite) ++records_;
    }
    end = reader.end();
  }
  if (in_run) runs_.back().bytes = chunk.subspan(begin, end - begin);
  if (reader.cut()) ++cut_;
}

void RawImage::SortRuns() {
  std::ranges::sort(runs_, {},
                    [](const Run& run) { return std::tuple(run.thread, run.stamp, run.number); });
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (i == 0 || runs_[i].thread != runs_[i - 1].thread) threads_.emplace_back();
    threads_.back().push_back(runs_[i].bytes);
  }
  runs_ = {};
}

}  // namespace alloclab::recorder
