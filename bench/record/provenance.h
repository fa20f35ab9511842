// Where a record comes from: everything that could explain a different number next time.

#ifndef ALLOCLAB_BENCH_RECORD_PROVENANCE_H_
#define ALLOCLAB_BENCH_RECORD_PROVENANCE_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace alloclab {

// "commit" and "dirty" of the git checkout around `source_folder` (empty and false outside of
// one; changes in its bench/results, where records are kept, are none), "compiler" and "flags" of
// the worker, "cpu", "cores", "kernel", "thp" and "time_utc". Whatever this machine does not tell
// is "unknown".
nlohmann::ordered_json Provenance(const std::string& source_folder);

// The Debian version of the package that owns `path`, following links, or an empty string.
std::string PackageVersion(const std::string& path);

// XXH3 (64 bits) of a file's bytes as 16 hexadecimal digits. Throws CompareError when it cannot be
// read.
std::string HashFile(const std::string& path);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_RECORD_PROVENANCE_H_
