// What is exhausted of a shipped variant: its alphabets, and how it runs a program.

#ifndef ALLOCLAB_FUZZ_EXHAUSTIVE_VARIANT_PROGRAMS_H_
#define ALLOCLAB_FUZZ_EXHAUSTIVE_VARIANT_PROGRAMS_H_

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/allocator.h"
#include "fuzz/exhaustive/alphabet.h"
#include "fuzz/exhaustive/class_edges.h"
#include "traces/checked/checked.h"

namespace alloclab {

struct VariantPrograms {
  ClassEdges edges;
  std::size_t arena_bytes = 0;  // for programs over EdgeAlphabet
  // The checked replay, over an arena of so many bytes (at most kLargestProbedArena).
  std::function<CheckedResult(std::span<const Event>, std::size_t)> run;
};

template <Allocator A>
VariantPrograms ProgramsOf() {
  const ClassEdges edges = ProbeClassEdges<A>();
  auto arena = std::make_shared<Arena>(kLargestProbedArena);
  return {edges, ProbeArenaBytes<A>(edges),
          [arena](std::span<const Event> events, std::size_t arena_bytes) {
            return ReplayChecked<A>(events, *arena, arena_bytes);
          }};
}

// Of the variants of allocator/variants.bzl that can be walked; nothing for other names.
std::optional<VariantPrograms> ProgramsOfVariant(std::string_view name);
std::vector<std::string_view> WalkableVariants();

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_EXHAUSTIVE_VARIANT_PROGRAMS_H_
