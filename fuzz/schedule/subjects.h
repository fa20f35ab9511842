// What schedules are tried on: the heaps that several threads use, each over boundary tags, with
// ScheduledSync in place of SystemSync. Names are those of `# allocator:` in a case.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_SUBJECTS_H_
#define ALLOCLAB_FUZZ_SCHEDULE_SUBJECTS_H_

#include "allocator/cached.h"
#include "allocator/locked.h"
#include "allocator/remote_freed.h"
#include "allocator/variants/boundary_tags.h"
#include "fuzz/schedule/scheduled_sync.h"
#include "fuzz/schedule/threaded_run.h"

namespace alloclab {

using ScheduledLocked = Locked<BoundaryTags<PointedPages>, ScheduledLock>;
using ScheduledRemoteFreed = RemoteFreed<BoundaryTags<PointedPages>, ScheduledSync>;
// Two slots and magazines of four, so that a few calls of three threads come to every bound.
using ScheduledCached =
    Cached<BoundaryTags<PointedPages>, ScheduledSync, CacheShape{.slots = 2, .blocks = 4}>;

inline constexpr const char* kSubjectNames[] = {"locked", "cached", "remote_freed"};

// Calls visit.template operator()<Heap>() for the subject of that name; false where there is none.
template <class Visitor>
bool VisitSubject(std::string_view name, Visitor&& visit) {
  if (name == "locked") return visit.template operator()<ScheduledLocked>(), true;
  if (name == "cached") return visit.template operator()<ScheduledCached>(), true;
  if (name == "remote_freed") return visit.template operator()<ScheduledRemoteFreed>(), true;
  return false;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_SUBJECTS_H_
