// All that the records of a run are published as, but for the page.

#ifndef ALLOCLAB_BENCH_PUBLISH_PUBLICATION_H_
#define ALLOCLAB_BENCH_PUBLISH_PUBLICATION_H_

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// By kind, as results::ReadRun has them.
using Records = std::map<std::string, nlohmann::ordered_json, std::less<>>;

struct PublishedFile {
  std::string name;
  std::string text;
};

// In the order in which they are read. Throws PublishError.
std::vector<PublishedTable> TablesOf(const Records& records);

// tables.md, of which a folder of results may keep a copy.
inline constexpr const char* kMarkdownFile = "tables.md";
std::string MarkdownFile(const Records& records);

// tables.md, tables.tex, a CSV file for each table, and provenance.csv, which says where all their
// figures come from. Determined by the records, byte for byte. Throws PublishError.
std::vector<PublishedFile> PublishedFiles(const Records& records);

// The names of all such files that any records make, so that those of an earlier report in the same
// folder are known.
std::vector<std::string> PossibleFiles();

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_PUBLICATION_H_
