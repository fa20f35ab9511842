// The return addresses on the stack of this thread, without frame pointers: each frame's rule is
// looked up once in the tables for exceptions and remembered by the thread.
//
// Takes no lock, no memory and no file descriptor, and a few hundred bytes of stack, so that it can
// be done inside of malloc, in signal handlers, after a fork from many threads, and on any stack:
// what it reads is known to be readable, page by page.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_STACK_WALK_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_STACK_WALK_H_

#include <cstddef>
#include <cstdint>

namespace alloclab::recorder {

// Whether stacks can be walked here: on x86-64, with a C library that finds the tables without a
// lock (_dl_find_object, glibc 2.35).
bool CanWalkStacks();

// Told of a piece of code when the first frame in it is seen: where it is mapped, and the path it
// was loaded by (empty: the program itself; may be relative). By any thread, perhaps twice at once.
using NewCode = void(std::uintptr_t begin, std::uintptr_t end, const char* path);

// Fills in the return addresses of the caller's frame and those above it, up to `count`, the
// innermost first, and returns how many. The first is where the caller itself returns to. errno may
// be changed.
std::size_t WalkStack(void** frames, std::size_t count, NewCode* new_code);

// Code was unloaded, and other code may come to lie in its place: forgets all rules, and what code
// is known.
void ForgetCode();

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_STACK_WALK_H_
