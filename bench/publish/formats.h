// The formats of a published table. All of them are determined by the tables alone: no locale, no
// clock, no place of a file has any part in them.

#ifndef ALLOCLAB_BENCH_PUBLISH_FORMATS_H_
#define ALLOCLAB_BENCH_PUBLISH_FORMATS_H_

#include <string>
#include <string_view>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// A value for people: "14.1 MiB", "0.67", "? 0.67 (0.56-0.77)"; "-" where there is none. `dash`
// stands between the ends of an interval.
std::string Shown(const Value& value, const Column& column, std::string_view dash = "-");

// GitHub's Markdown: only the table; and a document of all, with captions, provenance and notes.
std::string MarkdownRows(const PublishedTable& table);
std::string MarkdownDocument(const std::string& title, const std::vector<PublishedTable>& tables);

// `text` as Markdown that shows it.
std::string MarkdownEscaped(std::string_view text);

// RFC 4180 with lines that end in LF: a heading and a line for each row. A judged ratio is four
// columns (KEY, KEY_low, KEY_high, KEY_resolved); no figure is an empty field; figures have six
// significant digits.
std::string Csv(const PublishedTable& table);

// LaTeX with the packages booktabs and longtable: a float for each table, and a table that breaks
// over pages for one that is longer than a page.
std::string LatexDocument(const std::string& title, const std::vector<PublishedTable>& tables);

// `text` as LaTeX that prints it, in UTF-8.
std::string LatexEscaped(std::string_view text);

// JSON for other programs.
std::string TablesJson(const std::vector<PublishedTable>& tables);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_FORMATS_H_
