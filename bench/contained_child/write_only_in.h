// A process that can change no files but those in one folder, by the kernel's Landlock.

#ifndef ALLOCLAB_BENCH_CONTAINED_CHILD_WRITE_ONLY_IN_H_
#define ALLOCLAB_BENCH_CONTAINED_CHILD_WRITE_ONLY_IN_H_

namespace alloclab {

// From now on this process, and those that it becomes and starts, can open for writing, make,
// remove and rename files in `folder` alone: elsewhere that fails with EACCES. What is open already
// may be written to. They can gain no privileges either (PR_SET_NO_NEW_PRIVS). False, and without
// effect on files, where the system has no Landlock or the folder is not there.
bool WriteOnlyIn(const char* folder);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CONTAINED_CHILD_WRITE_ONLY_IN_H_
