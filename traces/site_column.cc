#include "traces/site_column.h"

#include <cstdint>

#include "traces/event_kind.h"
#include "traces/varint.h"

namespace alloclab {

void SiteColumnEncoder::Start() {
  bytes_.clear();
  known_ = false;
}

void SiteColumnEncoder::Add(const Event& event) {
  if (!CanFail(event.kind)) return;
  AppendVarint(bytes_, event.site);
  known_ |= event.site != 0;
}

const std::string& SiteColumnEncoder::Finish() {
  if (!known_) bytes_.clear();
  return bytes_;
}

bool DecodeSites(std::string_view bytes, std::span<Event> events) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  for (Event& event : events) {
    if (!CanFail(event.kind)) continue;
    if (at >= end) return false;
    const std::uint64_t site = ReadVarint(at);
    if (site > UINT32_MAX) return false;
    event.site = static_cast<std::uint32_t>(site);
  }
  return at == end;
}

}  // namespace alloclab
