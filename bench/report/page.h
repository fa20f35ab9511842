// The report page: records of measurements as one HTML file that a browser opens with no network.
//
// The page is byte for byte determined by what it shows: nothing in it comes from the clock, the
// machine or the file's place. The records lie in it as JSON, so the page is also the archive of
// its own numbers. Nothing in a record can become markup or script: `<` never appears in the JSON
// (it is written as \u003c), and the scripts put text into the page as text only.

#ifndef ALLOCLAB_BENCH_REPORT_PAGE_H_
#define ALLOCLAB_BENCH_REPORT_PAGE_H_

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace alloclab {

// A page that cannot be made. what() names the file or the place in the record, and the mend.
class ReportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The versions of the records that this page reads, by kind.
inline constexpr int kRecordSchema = 2;
inline constexpr int kWorkloadsSchema = 1;
inline constexpr int kProgramsSchema = 1;

// The heap of an allocator over a trace, to travel in (bench/heapmap).
struct HeapHistory {
  std::string trace;
  std::string allocator;
  nlohmann::json history;  // as bench/heapmap/README.md describes
};

struct PageContents {
  // Of any kinds (bench/schema). Those of one kind stand behind a choice, in this order.
  std::vector<nlohmann::json> records = {};
  std::vector<HeapHistory> histories = {};
};

// The whole page. Bytes that are not UTF-8 in strings become U+FFFD. Throws ReportError when there
// is no record, or one has a kind or a schema that is not known, or lacks a list that the page is
// made of. O(size of the contents), about 1.3 MB more than they.
std::string RenderPage(const PageContents& contents);

// The page of one record.
std::string RenderPage(const nlohmann::json& record);

// Writes the page to `path`: first beside it under another name, then renamed, so that a reader
// sees the old page or the new one and never half of one. Throws ReportError; then `path` is as it
// was.
void WritePage(const PageContents& contents, const std::string& path);
void WritePage(const nlohmann::json& record, const std::string& path);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_PAGE_H_
