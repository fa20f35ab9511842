// A page made of a text with marks, @LIKE_THIS@, and of what is put in their places. Shared by the
// pages that carry data and scripts in themselves.

#ifndef ALLOCLAB_BENCH_WEB_HTML_TEMPLATE_H_
#define ALLOCLAB_BENCH_WEB_HTML_TEMPLATE_H_

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace alloclab {

class HtmlTemplate {
 public:
  // `name` is the template's file, for the sentence about a mark that is missing.
  HtmlTemplate(std::string_view name, std::string_view text) : name_(name), page_(text) {}

  // Puts `text` in the place of the next `mark`. Marks are filled in the order of the template and
  // sought behind what was put in last, so that data is never searched. Throws std::logic_error
  // when there is none.
  void Fill(std::string_view mark, std::string_view text);

  const std::string& page() const { return page_; }

 private:
  std::string_view name_;
  std::string page_;
  std::size_t at_ = 0;
};

// JSON that may stand inside <script>: without `<` neither `</script` nor `<!--` can occur. JSON
// has that sign in strings only, where the escape \u003c means the same. Pure ASCII, so the file's
// encoding and the line separators of Unicode do not matter either; bytes that are not UTF-8 become
// U+FFFD.
std::string ScriptSafe(const nlohmann::json& value);

// One function around all scripts: they share names with each other and with nothing else.
std::string InOneFunction(std::initializer_list<std::string_view> scripts);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WEB_HTML_TEMPLATE_H_
