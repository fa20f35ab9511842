// What the code under test may not ask of the system, by a filter on its system calls.
//
// It is no wall against an attacker, who shares a process with the grader's checker; it is there so
// that a mistake, or a joke, stays in the process: no other process is made, ended or limited, no
// file written, changed or removed, nothing sent, nothing left in the system. Only calls of the
// program's own kind are let through, for those of a 32-bit program have other numbers.
//
// Nor may it ask the system for memory with an instruction of its own: mmap, mremap and brk are for
// the code that was loaded before, such as the C library's, whose functions may need buffers. That
// it calls none of the functions that hand such memory on is seen in its file (outside_memory.h).

#ifndef ALLOCLAB_BENCH_GRADE_CONFINE_H_
#define ALLOCLAB_BENCH_GRADE_CONFINE_H_

namespace alloclab::grade {

// From now on such calls fail with EPERM, in this process; those for memory end it with SIGSYS, but
// for under callgrind, through which all calls come. Under callgrind (`counted`) its own
// system calls are filtered, too, and it writes files of counts: what is opened in the very way in
// which callgrind opens a new file is let through. fopen opens files otherwise, but who means to
// can do it; in which folder is for Landlock to say (write_only_in.h). Without effect where the
// system has no such filters.
void Confine(bool counted);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_CONFINE_H_
