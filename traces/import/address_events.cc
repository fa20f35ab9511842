#include "traces/import/address_events.h"

#include <fmt/core.h>

#include <random>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

std::uint64_t MakeSalt() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

// The finaliser of splitmix64 (Steele et al., 2014).
std::size_t AddressEvents::SaltedHash::operator()(std::uint64_t address) const {
  static const std::uint64_t salt = MakeSalt();
  std::uint64_t x = address ^ salt;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

void AddressEvents::Emit(const Event& event) {
  ++events_;
  out_->push_back(event);
}

void AddressEvents::EmitBlock(Event event, std::uint64_t address) {
  if (IsLive(address)) {
    ++overtaken_;
    Release(event, address);
  }
  event.id = next_id_++;
  live_.emplace(address, event.id);
  Emit(event);
}

void AddressEvents::Acquire(const Event& event, std::uint64_t address) {
  if (address != 0) return EmitBlock(event, address);
  Event failed = event;
  failed.failed = true;
  Emit(failed);
}

void AddressEvents::Release(const Event& call, std::uint64_t address) {
  Event release = {.kind = EventKind::kFreeNull, .thread = call.thread, .time = call.time};
  if (address == 0) return Emit(release);
  const auto found = live_.find(address);
  if (found == live_.end()) {
    ++unknown_frees_;
    return;
  }
  release.kind = EventKind::kFree;
  release.ref = found->second;
  Emit(release);
  live_.erase(found);
}

void AddressEvents::Resize(const Event& event, std::uint64_t from, std::uint64_t to) {
  const auto found = from == 0 ? live_.end() : live_.find(from);
  const bool known = found != live_.end();
  const bool freed = from != 0 && to == 0 && RequestedBytes(event) == 0;
  if (freed && !known) {
    ++unknown_frees_;
    return;
  }
  if (from != 0 && !known) ++unknown_resizes_;
  Event resize = event;
  resize.failed = to == 0 && !freed;
  if (known) {
    resize.ref = found->second;
    // A failed realloc leaves its block as it was.
    if (!resize.failed) live_.erase(found);
    // In a trace a resize to 0 bytes only frees; one that gave a block is written with size 1.
    if (to != 0 && RequestedBytes(event) == 0) resize.size = resize.count = 1;
  }
  if (to == 0) return Emit(resize);
  EmitBlock(resize, to);
}

void AddressEvents::Notice(const Event& event) { Emit(event); }

std::string AddressEvents::Taint() const {
  std::string losses;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count != 0) losses += fmt::format("{}{} {}", losses.empty() ? "" : "; ", count, what);
  };
  add(unknown_frees_, "frees of blocks whose allocation was not seen were left out");
  add(unknown_resizes_, "reallocs of blocks whose allocation was not seen became reallocs of NULL");
  add(overtaken_, "allocations at the address of a live block, which was freed first");
  return losses.empty() ? "" : losses + ".";
}

}  // namespace alloclab
