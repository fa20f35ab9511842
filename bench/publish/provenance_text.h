// Where figures come from, as the sentences above a table.

#ifndef ALLOCLAB_BENCH_PUBLISH_PROVENANCE_TEXT_H_
#define ALLOCLAB_BENCH_PUBLISH_PROVENANCE_TEXT_H_

#include <string>

#include "bench/publish/record_entry.h"

namespace alloclab::publish {

// Of a record of any kind: when, which commit, which machine, compiler and mode, how many blocks,
// and whether these are fewer than a published figure has. Throws PublishError.
std::string ProvenanceText(const RecordEntry& record);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_PROVENANCE_TEXT_H_
