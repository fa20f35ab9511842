// The functions of a solution, by pointer: so they are called in the same way whoever wrote them,
// and a reference or a floor can stand in their place.

#ifndef ALLOCLAB_BENCH_GRADE_LAB_FUNCTIONS_H_
#define ALLOCLAB_BENCH_GRADE_LAB_FUNCTIONS_H_

#include <cstddef>
#include <string>

namespace alloclab::grade {

struct LabFunctions {
  int (*init)() = nullptr;
  bool (*init_bool)() = nullptr;  // in place of `init`, in newer labs
  void* (*malloc)(std::size_t) = nullptr;
  void (*free)(void*) = nullptr;
  void* (*realloc)(void*, std::size_t) = nullptr;       // null: made of the others
  void* (*calloc)(std::size_t, std::size_t) = nullptr;  // null: made of the others

  // Whether the heap is ready.
  bool Init() const { return init_bool != nullptr ? init_bool() : init() >= 0; }
};

// Loads the compiled solution, whose initialisers run. Returns an empty string, or why it cannot be
// used, as a sentence. It is never unloaded.
std::string LoadSolution(const std::string& path, LabFunctions& functions);

// Exported by the piece of code that every solution is linked with: whether its mm_init is a bool.
inline constexpr char kInitIsBoolSymbol[] = "alloclab_init_is_bool";

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAB_FUNCTIONS_H_
