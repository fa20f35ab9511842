// The C++ runtime that this process has, if any.
//
// It is looked for when it is needed, so that the library pulls none into C programs and works with
// one that is loaded later, as a part of a plug-in. That need arises only when operator new is out
// of memory: the one path that looks a name up (dlsym), after the heap has answered and holding
// nothing.

#ifndef ALLOCLAB_ALLOCATOR_PRELOAD_CXX_RUNTIME_H_
#define ALLOCLAB_ALLOCATOR_PRELOAD_CXX_RUNTIME_H_

namespace alloclab::preload {

// The runtime's definition of the function with this mangled name; null when there is no runtime.
void* OperatorOfRuntime(const char* mangled) noexcept;

// Ends the program with a sentence: new is out of memory, and nobody is there to throw.
[[noreturn]] void DieWithoutRuntime() noexcept;

}  // namespace alloclab::preload

#endif  // ALLOCLAB_ALLOCATOR_PRELOAD_CXX_RUNTIME_H_
