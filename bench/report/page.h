// The report page: a compare record as one HTML file that a browser opens with no network.
//
// The page is byte for byte determined by the record: nothing in it comes from the clock, the
// machine or the file's place. The record lies in it as JSON, so the page is also the archive of
// its own numbers. Nothing in a record can become markup or script: `<` never appears in the JSON
// (it is written as \u003c), and the scripts put text into the page as text only.

#ifndef ALLOCLAB_BENCH_REPORT_PAGE_H_
#define ALLOCLAB_BENCH_REPORT_PAGE_H_

#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

namespace alloclab {

// A page that cannot be made. what() names the file or the place in the record, and the mend.
class ReportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The version of the record that this page reads.
inline constexpr int kRecordSchema = 2;

// The whole page for `record`. Bytes that are not UTF-8 in its strings become U+FFFD. Throws
// ReportError when the record has another schema or lacks a list that the page is made of.
// O(size of the record), about 1.2 MB more than the record.
std::string RenderPage(const nlohmann::json& record);

// Writes the page to `path`: first beside it under another name, then renamed, so that a reader
// sees the old page or the new one and never half of one. Throws ReportError; then `path` is as it
// was.
void WritePage(const nlohmann::json& record, const std::string& path);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_PAGE_H_
