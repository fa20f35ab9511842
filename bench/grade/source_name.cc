#include "bench/grade/source_name.h"

#include <cxxabi.h>

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace alloclab::grade {

std::string SourceName(std::string_view symbol) {
  constexpr std::size_t kMostBytes = 60;
  std::string name(symbol);
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  // What begins otherwise is a name of C, which may look like a type: "i" is int.
  if (status == 0 && symbol.starts_with("_Z")) name = demangled.get();
  if (name.size() > kMostBytes) name = name.substr(0, kMostBytes) + "...";
  return name;
}

}  // namespace alloclab::grade
