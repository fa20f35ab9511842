#include "bench/grade/lab_functions.h"

#include <dlfcn.h>

namespace alloclab::grade {
namespace {

template <class Function>
bool Find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

std::string LoadSolution(const std::string& path, LabFunctions& functions) {
  // All that it uses must be there before anything is graded.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::string why = dlerror();
    if (why.starts_with(path + ": ")) why.erase(0, path.size() + 2);
    if (why.find("undefined symbol") != std::string::npos) {
      why += "; define that function, or name all source files of the solution";
    } else if (why.find("map segment") != std::string::npos) {
      why += "; its static data is larger than the memory that it may have";
    }
    return "it cannot be loaded: " + why;
  }
  const auto missing = [](const char* name) {
    return std::string("it defines no ") + name +
           "; define it (in C++, after #include \"mm.h\", so that it has the name that C gives it)";
  };
  const void* is_bool = dlsym(library, kInitIsBoolSymbol);
  if (is_bool != nullptr && *static_cast<const int*>(is_bool) != 0) {
    if (!Find(library, "mm_init", functions.init_bool)) return missing("mm_init");
  } else if (!Find(library, "mm_init", functions.init)) {
    return missing("mm_init");
  }
  if (!Find(library, "mm_malloc", functions.malloc)) return missing("mm_malloc");
  if (!Find(library, "mm_free", functions.free)) return missing("mm_free");
  Find(library, "mm_realloc", functions.realloc);
  Find(library, "mm_calloc", functions.calloc);
  return "";
}

}  // namespace alloclab::grade
