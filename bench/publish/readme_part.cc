#include "bench/publish/readme_part.h"

#include <fmt/format.h>

#include "bench/publish/few_blocks.h"
#include "bench/publish/formats.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

// The columns of the summary that a person who chooses looks at first.
PublishedTable Compact(const TraceResults& results, std::string_view table) {
  const PublishedTable summary = SummaryTable(results, table);
  PublishedTable compact;
  compact.columns = {{"allocator", "allocator"},
                     {"time", "time against glibc", Kind::kJudged},
                     {"memory", "memory, H/L #4", Kind::kFigure},
                     {"leads", "leads on", Kind::kText},
                     {"correct", "correct on", Kind::kText}};
  const auto index = [&](const char* key) {
    std::size_t i = 0;
    while (summary.columns[i].key != key) ++i;
    return i;
  };
  const std::size_t all = results.traces.size();
  for (const Row& row : summary.rows) {
    const auto of_all = [&](const char* key) {
      return fmt::format("{} of {}", std::get<std::uint64_t>(row.values[index(key)]), all);
    };
    compact.rows.push_back(
        {{row.values[0], row.values[index("time_over_system")],
          row.values[index("held_over_live_peak")], of_all("leads"), of_all("traces")},
         false,
         row.mark});
  }
  return compact;
}

// What stands beneath the table, each sentence with an empty line before it.
std::string FewBlocks(const TraceResults& results, std::string_view table) {
  FewBlocksNote note;
  const auto names = results.allocators.find(table);
  if (names == results.allocators.end()) return "";
  for (const std::string& allocator : names->second) {
    note.Add(allocator, JudgedCells(results, table, allocator), "trace");
  }
  std::string text;
  for (const std::string& sentence : note.Sentences()) {
    text += "\n" + MarkdownEscaped(sentence) + "\n";
  }
  return text;
}

std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

std::string ReadmePart(const TraceResults& results, const std::string& folder) {
  std::string text = fmt::format(
      "Processor time against glibc's malloc and most memory held over most live, as geometric "
      "means "
      "over {} traces (`{}`, made into this by `tools/alloclab report --readme`). In brackets the "
      "95 "
      "% interval; ? is not resolved; who leads a trace is not known to be slower than the fastest "
      "there.\n\n{}\n",
      results.traces.size(), folder, MarkdownEscaped(results.provenance));
  bool failures = false;
  for (const std::string_view table : kTables) {
    const PublishedTable compact = Compact(results, table);
    if (compact.rows.empty()) continue;
    text +=
        fmt::format("\n{}\n\n{}",
                    table == kTables[0] ? "Compiled into the replay loop:"
                                        : "Preloaded, and not to be ranked with the table above:",
                    MarkdownRows(compact));
    text += FewBlocks(results, table);
    for (const Row& row : compact.rows) failures = failures || row.mark.starts_with('*');
  }
  for (const std::string_view table : kTables) {
    for (const std::string& without : TracesWithoutHeldMean(results, table)) {
      text += "\n" + MarkdownEscaped(without) + ".\n";
    }
  }
  if (failures) {
    text +=
        "\n\\* failed on some traces: its means are over the others, and not to be compared with "
        "those of "
        "a row that has all.\n";
  }
  return text;
}

bool HasReadmeMark(const std::string& readme) {
  return Count(readme, kReadmeBegin) + Count(readme, kReadmeEnd) > 0;
}

std::string WithReadmePart(const std::string& readme, const std::string& part) {
  const std::string begin = kReadmeBegin;
  const std::size_t from = readme.find(begin);
  const std::size_t to = readme.find(kReadmeEnd);
  if (Count(readme, begin) != 1 || Count(readme, kReadmeEnd) != 1 || to < from) {
    throw PublishError(fmt::format(
        "README.md: the lines '{}' and '{}' are not there once each, in this order; put them where "
        "the table of results is to be",
        begin, kReadmeEnd));
  }
  return readme.substr(0, from + begin.size()) + "\n" + part + readme.substr(to);
}

}  // namespace alloclab::publish
