// What stands in a table, for tests: by the number of its row and the key of its column.

#ifndef ALLOCLAB_BENCH_PUBLISH_TABLE_ENTRY_H_
#define ALLOCLAB_BENCH_PUBLISH_TABLE_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// All throw where there is no such row or column, and the typed ones for another type.
inline const Value& At(const PublishedTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].key == key) return table.rows.at(row).values.at(i);
  }
  throw std::out_of_range("no column " + key);
}

inline std::uint64_t CountAt(const PublishedTable& table, std::size_t row, const std::string& key) {
  return std::get<std::uint64_t>(At(table, row, key));
}

inline double FigureAt(const PublishedTable& table, std::size_t row, const std::string& key) {
  return std::get<double>(At(table, row, key));
}

inline Judged JudgedAt(const PublishedTable& table, std::size_t row, const std::string& key) {
  return std::get<Judged>(At(table, row, key));
}

inline std::string TextAt(const PublishedTable& table, std::size_t row, const std::string& key) {
  return std::get<std::string>(At(table, row, key));
}

// Whether a note has this part.
inline bool HasNote(const PublishedTable& table, const std::string& part) {
  for (const std::string& note : table.notes) {
    if (note.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_TABLE_ENTRY_H_
