#include "fuzz/planted/bug_file.h"

#include <gtest/gtest.h>

#include <string>

namespace alloclab::planted {
namespace {

constexpr char kGood[] =
    "id: 7\n"
    "story: What went wrong: a sum.\n"
    "source: https://example.org/\n"
    "family: sizes\n"
    "variant: tlsf\n"
    "verdict: bounds\n"
    "\n"
    "edit: allocator/some.h\n"
    "<<<<\n"
    "  return n + 8;\n"
    "====\n"
    "  planted::Reached();\n"
    "  planted::Triggered(n > 1);\n"
    "  return n;\n"
    ">>>>\n"
    "\n"
    "edit: allocator/other.h\n"
    "<<<<\n"
    "old\n"
    "====\n"
    ">>>>\n"
    "\n"
    "witness:\n"
    "alloclab trace text 1\n"
    "\n"
    "0 = malloc 1\n";

std::string Without(const std::string& part) {
  std::string text = kGood;
  text.erase(text.find(part), part.size());
  return text;
}

template <class Call>
std::string ErrorOf(Call&& call) {
  try {
    call();
  } catch (const BugError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

std::string ParseError(const std::string& text) {
  return ErrorOf([&] { ParseBug("b.bug", text); });
}

TEST(BugFile, IsRead) {
  const Bug bug = ParseBug("b.bug", kGood);
  EXPECT_EQ(bug.id, "7");
  EXPECT_EQ(bug.story, "What went wrong: a sum.");
  EXPECT_EQ(bug.source, "https://example.org/");
  EXPECT_EQ(bug.variant, "tlsf");
  EXPECT_EQ(bug.verdict, "bounds");
  ASSERT_EQ(bug.edits.size(), 2u);
  EXPECT_EQ(bug.edits[0].file, "allocator/some.h");
  EXPECT_EQ(bug.edits[0].line, 8);
  EXPECT_EQ(bug.edits[0].before, "  return n + 8;\n");
  EXPECT_EQ(bug.edits[1].after, "");
  EXPECT_EQ(bug.witness, "alloclab trace text 1\n\n0 = malloc 1\n");
}

TEST(BugFile, SaysWhatIsMissing) {
  for (const char* field : {"id", "story", "source", "family", "variant", "verdict"}) {
    const std::string text = kGood;
    const std::size_t begin = text.find(std::string(field) + ": ");
    const std::string line = text.substr(begin, text.find('\n', begin) - begin + 1);
    EXPECT_NE(ParseError(Without(line)).find("there is no \"" + std::string(field) + "\""),
              std::string::npos)
        << field;
  }
  EXPECT_NE(ParseError(Without("witness:\nalloclab trace text 1\n\n0 = malloc 1\n"))
                .find("there is no \"witness\""),
            std::string::npos);
  const std::string good = kGood;
  EXPECT_EQ(ParseError(good.substr(0, good.find("  planted::Triggered"))),
            "b.bug:13: the file ends before a line \">>>>\"");
  EXPECT_EQ(ParseError(Without("<<<<\n")), "b.bug:9: expected a line \"<<<<\"");
  EXPECT_EQ(ParseError(Without("  return n + 8;\n")),
            "b.bug:14: an edit that replaces nothing; say what stands there");
  for (const char* said : {"  planted::Reached();\n", "  planted::Triggered(n > 1);\n"}) {
    EXPECT_NE(ParseError(Without(said)).find("no edit says planted::Reached()"), std::string::npos);
  }
  EXPECT_EQ(ParseError("colour: red\n"),
            "b.bug:1: \"colour\" is no field; see fuzz/planted/bug_file.h");
  EXPECT_EQ(ParseError("id: 1\nid: 2\n"), "b.bug:2: a second \"id\"; keep one");
}

TEST(BugFile, MayBeAboutSchedules) {
  EXPECT_EQ(ParseBug("b.bug", kGood).target, "");
  const std::string good = kGood;
  EXPECT_EQ(ParseBug("b.bug", "target: schedule\n" + good).target, "schedule");
  EXPECT_NE(ParseError("target: moon\n" + good).find("\"target: moon\"; it is \"schedule\""),
            std::string::npos);
}

TEST(Plant, ReplacesWhatStandsThereOnce) {
  const Bug bug = ParseBug("b.bug", kGood);
  EXPECT_EQ(
      Plant("b.bug", bug, "allocator/some.h", "int f(int n) {\n  return n + 8;\n}\n"),
      "int f(int n) {\n  planted::Reached();\n  planted::Triggered(n > 1);\n  return n;\n}\n");
  EXPECT_EQ(Plant("b.bug", bug, "allocator/other.h", "a\nold\nb\n"), "a\nb\n");
  EXPECT_EQ(Plant("b.bug", bug, "allocator/third.h", "old\n"), "old\n");
}

TEST(Plant, RefusesCodeThatHasChanged) {
  const Bug bug = ParseBug("b.bug", kGood);
  EXPECT_EQ(
      ErrorOf([&] { Plant("b.bug", bug, "allocator/some.h", "  return n + 9;\n"); }),
      "b.bug:8: the bug no longer applies: what it replaces stands in allocator/some.h 0 times, "
      "not once; the code has changed, so write the edit anew");
  EXPECT_NE(ErrorOf([&] {
              Plant("b.bug", bug, "allocator/other.h", "old\nold\n");
            }).find("2 times, not once"),
            std::string::npos);
}

}  // namespace
}  // namespace alloclab::planted
