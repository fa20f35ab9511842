// What the code under test may not ask of the system, by a filter on its system calls.
//
// It is no wall against an attacker, who shares a process with the grader's checker; it is there so
// that a mistake, or a joke, stays in the process: no other process is made or ended, no file
// written or removed, nothing sent.

#ifndef ALLOCLAB_BENCH_GRADE_CONFINE_H_
#define ALLOCLAB_BENCH_GRADE_CONFINE_H_

namespace alloclab::grade {

// From now on such calls fail with EPERM, in this process. Where `writes_files`, files may be
// written (by valgrind, around it). Without effect where the system has no such filters.
void Confine(bool writes_files);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_CONFINE_H_
