// The functions of libraries that a malloc lab forbids: a solution's memory comes from mem_sbrk.
//
// A function is on the list for one of these reasons, and for no other:
//   - it manages a heap: malloc, calloc, realloc, free and their like, C++'s operator new;
//   - it asks the system for memory or gives it back: mmap, mremap, munmap, brk, sbrk, shmat;
//   - what it returns, or keeps, is memory of such a heap: strdup, getline, tsearch and their like;
//   - it calls any function by name or number, so that this list would say nothing: dlsym, syscall.
//
// Not on it is what has a buffer that the caller never holds, as printf does; alloca, for the stack
// is nobody's heap; and operator delete, which is in every class with a virtual destructor.

#ifndef ALLOCLAB_BENCH_GRADE_MEMORY_FUNCTIONS_H_
#define ALLOCLAB_BENCH_GRADE_MEMORY_FUNCTIONS_H_

#include <string_view>

namespace alloclab::grade {

// What a programmer calls the function whose symbol this is: "mmap" for mmap64, "operator new" for
// _Znwm. Empty where it is not on the list.
std::string_view MemoryFunction(std::string_view symbol);

// Whether MemoryFunction says this of any symbol.
bool IsMemoryFunction(std::string_view name);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_MEMORY_FUNCTIONS_H_
