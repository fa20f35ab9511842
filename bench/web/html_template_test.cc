// Marks are filled in order, and nothing that was put in is taken for one or ends a script.

#include "bench/web/html_template.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace alloclab {
namespace {

TEST(HtmlTemplate, FillsMarksAndNeverSearchesWhatWasPutIn) {
  HtmlTemplate page("a.html", "<b>@DATA@</b><i>@TITLE@</i>");
  page.Fill("@DATA@", "@TITLE@ @DATA@");
  page.Fill("@TITLE@", "end");
  EXPECT_EQ(page.page(), "<b>@TITLE@ @DATA@</b><i>end</i>");
}

TEST(HtmlTemplate, AMarkThatIsMissingIsNamedWithItsFile) {
  HtmlTemplate page("a.html", "nothing");
  try {
    page.Fill("@DATA@", "");
    FAIL();
  } catch (const std::logic_error& error) {
    EXPECT_EQ(std::string(error.what()), "a.html: has no @DATA@; restore it and build again");
  }
}

TEST(HtmlTemplate, JsonCannotEndItsScript) {
  EXPECT_EQ(ScriptSafe({{"a", "</script><!--"}}), R"({"a":"\u003c/script>\u003c!--"})");
  EXPECT_EQ(ScriptSafe("\u2028"), R"("\u2028")");
  EXPECT_EQ(ScriptSafe("\xff"), R"("\ufffd")");
}

TEST(HtmlTemplate, ScriptsAreOneFunction) {
  EXPECT_EQ(InOneFunction({"a();\n", "b();\n"}), "(() => {\n\"use strict\";\na();\nb();\n})();\n");
}

}  // namespace
}  // namespace alloclab
