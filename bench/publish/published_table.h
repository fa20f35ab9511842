// A table to be published, in no format yet: what it says, with its units, and not how it looks.
//
// Every format shows the same values. Markdown and LaTeX print them for people ("? 0.67
// (0.56-0.77)", "14.1 MiB"), CSV for programs (a column for each end of an interval, bytes as a
// whole number).

#ifndef ALLOCLAB_BENCH_PUBLISH_PUBLISHED_TABLE_H_
#define ALLOCLAB_BENCH_PUBLISH_PUBLISHED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace alloclab::publish {

// A ratio, its interval, and whether it is resolved: known to be on one side of 1, or to be the
// same.
struct Judged {
  double ratio = 1;
  double low = 1;
  double high = 1;
  bool resolved = false;

  friend bool operator==(const Judged&, const Judged&) = default;
};

// Nothing where there is no figure.
using Value = std::variant<std::monostate, std::string, std::uint64_t, double, Judged>;

enum class Kind : std::uint8_t {
  kText,
  kCount,   // a whole number
  kBytes,   // likewise
  kFigure,  // with `decimals`
  kJudged,
};

struct Column {
  std::string key;    // in CSV: lower case, the unit at its end
  std::string title;  // for people
  Kind kind = Kind::kText;
  int decimals = 2;  // for people
};

struct Row {
  std::vector<Value> values;  // one for each column
  // Sums up the rows before it.
  bool total = false;
  // Refers to a note: "*". People see it behind the first value; CSV has columns that say the same.
  std::string mark = {};
};

struct PublishedTable {
  std::string id;  // part of file names and labels: lower case and '_'
  std::string caption;
  std::string provenance;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<std::string> notes;
};

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_PUBLISHED_TABLE_H_
