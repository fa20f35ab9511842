#include "fuzz/exhaustive/variant_programs.h"

#include "allocator/variants.h"

namespace alloclab {

std::optional<VariantPrograms> ProgramsOfVariant(std::string_view name) {
  std::optional<VariantPrograms> programs;
  Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
    if constexpr (kWalkable<A>) programs = ProgramsOf<A>();
  });
  return programs;
}

std::vector<std::string_view> WalkableVariants() {
  std::vector<std::string_view> names;
  for (const std::string_view name : Variants::kNames) {
    Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
      if constexpr (kWalkable<A>) names.push_back(name);
    });
  }
  return names;
}

}  // namespace alloclab
