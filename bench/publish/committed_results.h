// Whether what the source tree shows of its results is what their records make.

#ifndef ALLOCLAB_BENCH_PUBLISH_COMMITTED_RESULTS_H_
#define ALLOCLAB_BENCH_PUBLISH_COMMITTED_RESULTS_H_

#include <optional>
#include <string>
#include <vector>

namespace alloclab::publish {

inline constexpr const char* kResultsFolder = "bench/results";

// The newest run of a source tree that has a record of traces, as a path from its root. Nothing
// where there is none yet.
std::optional<std::string> NewestRun(const std::string& root);

// README.md of the tree as it should be, with the table of the newest run. Throws PublishError when
// it has no place for it, and when there is no run.
std::string ReadmeOf(const std::string& root);

// A sentence for each file that shows something else than the records make, and how to mend it: the
// tables that lie beside records in bench/results, and README.md. A tree without any results is
// fine as long as README.md does not claim to show some.
std::vector<std::string> StaleFiles(const std::string& root);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_COMMITTED_RESULTS_H_
