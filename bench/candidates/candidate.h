// What can be compared: our variants and `system`, each in its own process with static dispatch,
// and any shared library that stands in for malloc, under LD_PRELOAD. The two kinds are measured in
// different ways and are never put in one table.

#ifndef ALLOCLAB_BENCH_CANDIDATES_CANDIDATE_H_
#define ALLOCLAB_BENCH_CANDIDATES_CANDIDATE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace alloclab {

enum class Table { kInProcess, kPreload };

const char* TableName(Table table);

struct Candidate {
  std::string name;
  Table table = Table::kInProcess;
  std::string path;  // of the library; empty for `system` and for variants

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// The allocators called `names`, table by table in that order and without repeats, `system` added
// to each table that has one, as its baseline. A name is a variant, "system", jemalloc, mimalloc,
// tcmalloc, tbb or scudo (Debian's libraries), or, when it holds a '/', the path of a library. No
// names at all: every variant, system, and those of the libraries that are installed. Throws
// CompareError for an unknown name, a library that is not there and a file that is not a shared
// library for this machine.
std::vector<Candidate> ResolveCandidates(const std::vector<std::string>& names);

// The place of `system` among them, which one of them is.
std::size_t PlaceOfSystem(const std::vector<Candidate>& candidates);

// Whether a file of this name is the library of a variant or one of those: something that was
// preloaded to take malloc over.
bool IsKnownAllocator(const std::string& library);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CANDIDATES_CANDIDATE_H_
