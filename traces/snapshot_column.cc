#include "traces/snapshot_column.h"

#include <algorithm>

#include "traces/event_kind.h"
#include "traces/varint.h"

namespace alloclab {

// Numbers as distances: of allocations that live on together most are 0.
std::string EncodeSnapshot(const Survivors& survivors) {
  std::string bytes;
  std::uint64_t next = 0;
  survivors.ForEach([&](std::uint64_t id, const Survivor& survivor) {
    AppendVarint(bytes, id - next);
    AppendVarint(bytes, survivor.size());
    AppendVarint(bytes, survivor.alignment);
    AppendVarint(bytes, survivor.thread);
    next = id + 1;
  });
  return bytes;
}

bool DecodeSnapshot(std::string_view bytes, const BlockHeader& header, Survivors::Rows& rows) {
  rows.clear();
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::uint64_t next = 0;
  std::uint64_t live_bytes = 0;
  while (at < end) {
    constexpr int kWords = 4;
    std::uint64_t words[kWords];
    for (std::uint64_t& word : words) {
      if (at >= end) return false;
      word = ReadVarint(at);
    }
    const auto [distance, size, alignment, thread] = words;
    if (next >= header.first_id || distance >= header.first_id - next || thread > UINT32_MAX) {
      return false;
    }
    const std::uint64_t id = next + distance;
    const Survivor survivor{std::min(size, UINT64_MAX - 1) + 1, alignment,
                            static_cast<std::uint32_t>(thread)};
    rows.emplace_back(id, survivor);
    live_bytes += LiveBytes(size);
    next = id + 1;
  }
  return at == end && rows.size() == header.live_objects && live_bytes == header.live_bytes;
}

}  // namespace alloclab
