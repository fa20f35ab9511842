#include "fuzz/planted/isolated_run.h"

#include <sys/mman.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "fuzz/isolated.h"

namespace alloclab::planted {
namespace {

// A trail that is seen here though it is left in another process, also in one that crashed.
class SharedTrail {
 public:
  SharedTrail()
      : memory_(mmap(nullptr, sizeof(Trail), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                     0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    new (memory_) Trail{};
  }
  ~SharedTrail() { munmap(memory_, sizeof(Trail)); }
  SharedTrail(const SharedTrail&) = delete;
  SharedTrail& operator=(const SharedTrail&) = delete;
  Trail* get() const { return static_cast<Trail*>(memory_); }

 private:
  void* memory_;
};

}  // namespace

Seen RunIsolated(const PlantedBug& bug, std::span<const Event> events, std::size_t arena_bytes) {
  const SharedTrail trail;
  Seen seen;
  seen.verdict = alloclab::RunIsolated([&] {
    LeaveTrailIn(trail.get());
    return bug.run(events, arena_bytes, /*fast=*/false).rule;
  });
  seen.trail = *trail.get();
  return seen;
}

}  // namespace alloclab::planted
