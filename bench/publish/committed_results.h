// Whether what the source tree shows of its results is what their records make.

#ifndef ALLOCLAB_BENCH_PUBLISH_COMMITTED_RESULTS_H_
#define ALLOCLAB_BENCH_PUBLISH_COMMITTED_RESULTS_H_

#include <optional>
#include <string>
#include <vector>

namespace alloclab::publish {

inline constexpr const char* kResultsFolder = "bench/results";

// Which run README.md shows.
struct Headline {
  // The newest that has a record of traces to be published, as a path from the tree's root. Nothing
  // where there is none yet.
  std::optional<std::string> run;
  // A sentence for each newer one with a record of traces, and for each where there is none: why it
  // is not shown. A quick look, or one at changes that no commit has, is kept as well and is no
  // claim.
  std::vector<std::string> passed_over;
};
Headline FindHeadline(const std::string& root);

// README.md of the tree as it should be, with the table of that run. Throws PublishError when it
// has no place for it, and when there is no run.
std::string ReadmeOf(const std::string& root);

// The tables of a run as they are kept beside its records.
std::string KeptTables(const std::string& folder);

// A sentence for each file that shows something else than the records make, and how to mend it: the
// tables that lie beside records in bench/results, and README.md. A tree without any results is
// fine as long as README.md does not claim to show some.
std::vector<std::string> StaleFiles(const std::string& root);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_COMMITTED_RESULTS_H_
