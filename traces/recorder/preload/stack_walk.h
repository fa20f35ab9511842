// The return addresses on the stack of this thread, without frame pointers: each frame's rule is
// looked up once in the tables for exceptions and remembered by the thread.
//
// Takes no lock, no file descriptor, nothing from malloc (a thread's rules lie in 12 KiB of their
// own) and a few hundred bytes of stack, so that it can be done inside of malloc, in signal
// handlers, after a fork from many threads, and on any stack: before a page of the stack is read,
// it is found to be readable, once for as long as the thread stays on the pages around it.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_STACK_WALK_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_STACK_WALK_H_

#include <cstddef>
#include <cstdint>

namespace alloclab::recorder {

// Whether stacks can be walked here: on x86-64, with a C library that finds the tables without a
// lock (_dl_find_object, glibc 2.35).
bool CanWalkStacks();

// A piece of code: where it is mapped, by how much that is above the addresses it is linked for,
// and the path it was loaded by (empty: the program itself; may be relative).
struct Code {
  std::uintptr_t begin;
  std::uintptr_t end;
  std::uintptr_t moved_by;
  const char* path;
};

// Told of code when the first frame in it is seen. By any thread, perhaps twice at once.
using NewCode = void(const Code& code);

// Fills in the return addresses of the caller's frame and those above it, up to `count`, the
// innermost first, and returns how many. The first is where the caller itself returns to. errno may
// be changed.
std::size_t WalkStack(void** frames, std::size_t count, NewCode* new_code);

// Code is being unloaded, and other code may come to lie in its place: forgets all rules, and what
// code is known.
void ForgetCode();

// This thread ends: gives its memory back. Walks that it makes after this remember nothing.
void ForgetThread();

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_STACK_WALK_H_
