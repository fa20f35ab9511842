// Where figures come from, as the sentences above a table.

#ifndef ALLOCLAB_BENCH_PUBLISH_PROVENANCE_TEXT_H_
#define ALLOCLAB_BENCH_PUBLISH_PROVENANCE_TEXT_H_

#include <string>

#include "bench/publish/record_entry.h"

namespace alloclab::publish {

// Of a record of any kind: when, which commit, which machine, compiler and mode, how many blocks,
// whether these are fewer than a published figure has, and how many cells have fewer yet. `blocks`
// is the list of a cell that has one entry for each of its blocks. Throws PublishError.
std::string ProvenanceText(const RecordEntry& record, const char* blocks);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_PROVENANCE_TEXT_H_
