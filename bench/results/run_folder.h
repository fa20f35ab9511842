// The folders of bench/results: one for each run, which holds the records of what was measured then
// and is never changed afterwards.
//
//     bench/results/20261127T092106Z-98d20add783c/traces.json
//                                                 traces.timelines.json.zst
//                                                 workloads.json
//                                                 programs.json
//
// The name is the time and the commit, so names are in the order of time; "-dirty" at its end says
// that the source tree was not the commit's. Timelines are four fifths of a record of traces,
// nobody reads them in a diff, and only pictures are made of them: they lie packed beside the rest.

#ifndef ALLOCLAB_BENCH_RESULTS_RUN_FOLDER_H_
#define ALLOCLAB_BENCH_RESULTS_RUN_FOLDER_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bench/results/packed_text.h"

namespace alloclab::results {

// What can be measured. A record without "kind" is of traces.
inline constexpr std::string_view kKinds[] = {"traces", "workloads", "programs"};

// The name of the folder for a record with this "provenance".
std::string RunName(const nlohmann::ordered_json& provenance);

// Whether the last part of the path is such a name.
bool IsRunFolder(const std::string& path);

// The run folders inside of `results`, oldest first. None where there is no such folder.
std::vector<std::string> RunFolders(const std::string& results);

// Before anything is measured: throws ResultsError where SaveRecord would for a record of this
// kind, found out by writing a file there, which is removed; and where `results` is a run of
// another source tree than `provenance` ("commit" and "dirty") tells of. Makes the folder
// `results`.
void CheckRoom(std::string_view kind, const std::string& results,
               const nlohmann::ordered_json& provenance);

// Writes `record` into a run folder of its own inside of `results`, or into `results` itself where
// that is a run folder, and returns the folder. Throws ResultsError when there is such a record
// already, and for what cannot be written; then nothing is changed.
std::string SaveRecord(const nlohmann::ordered_json& record, const std::string& results);

// The records of a run folder, by kind; those of traces with their timelines, where they are there.
// Any folder with such files will do. Throws ResultsError when there are none, and for what is no
// record.
std::map<std::string, nlohmann::ordered_json, std::less<>> ReadRun(const std::string& folder);

}  // namespace alloclab::results

#endif  // ALLOCLAB_BENCH_RESULTS_RUN_FOLDER_H_
