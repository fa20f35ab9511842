// What each format makes of a table, and of names that it could stumble over: read back by a parser
// of the test's own, they are what they were.

#include "bench/publish/formats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "bench/publish/comma_locale.h"

namespace alloclab::publish {
namespace {

PublishedTable Example() {
  PublishedTable table;
  table.id = "example";
  table.caption = "What 95 % of_us have";
  table.provenance = "Measured today.";
  table.columns = {{"name", "name"},
                   {"count", "count", Kind::kCount},
                   {"peak_bytes", "peak", Kind::kBytes},
                   {"ns", "ns/op", Kind::kFigure, 1},
                   {"time", "time", Kind::kJudged}};
  table.rows = {
      {{"a|b", std::uint64_t{7}, std::uint64_t{14'785'000}, 52.5742,
        Judged{0.67, 0.561, 0.774, true}}},
      {{"c, \"d\"", std::uint64_t{1'234'567}, std::uint64_t{512}, 0.04,
        Judged{1.02, 0.9, 1.1, false}}},
      {{"mean_of & all", {}, {}, {}, {}}, true, "*"},
  };
  table.notes = {"* not of <all>"};
  return table;
}

// As far as machines differ.
TEST(Formats, TheLastBitsOfAFigureAreNotSeen) {
  for (const double tie : {1.125, 0.125, 8.5, 100.5}) {
    for (const double bit : {-1.0, 0.0, 1.0}) {
      const double figure = std::nextafter(tie, bit == 0 ? tie : bit * HUGE_VAL);
      PublishedTable table;
      table.columns = {{"a", "a", Kind::kFigure, tie < 5 ? 2 : 0}, {"b", "b", Kind::kJudged, 2}};
      table.rows = {{{figure, Judged{figure, figure, figure}}}};
      PublishedTable settled = table;
      settled.rows = {{{tie, Judged{tie, tie, tie}}}};
      EXPECT_EQ(MarkdownRows(table), MarkdownRows(settled)) << tie;
      EXPECT_EQ(Csv(table), Csv(settled)) << tie;
      EXPECT_EQ(TablesJson({table}), TablesJson({settled})) << tie;
    }
  }
}

TEST(Markdown, IsForPeople) {
  EXPECT_EQ(MarkdownDocument("Title", {Example()}), R"(# Title

## example

What 95 % of_us have

Measured today.

| name | count | peak | ns/op | time |
| --- | ---: | ---: | ---: | ---: |
| a\|b | 7 | 14.1 MiB | 52.6 | 0.67 (0.56-0.77) |
| c, "d" | 1234567 | 512 B | 0.0 | ? 1.02 (0.90-1.10) |
| **mean_of \& all \*** | **-** | **-** | **-** | **-** |

- \* not of \<all>
)");
}

TEST(Csv, IsForPrograms) {
  EXPECT_EQ(Csv(Example()),
            "name,count,peak_bytes,ns,time,time_low,time_high,time_resolved\n"
            "a|b,7,14785000,52.5742,0.67,0.561,0.774,yes\n"
            "\"c, \"\"d\"\"\",1234567,512,0.04,1.02,0.9,1.1,no\n"
            "mean_of & all,,,,,,,\n");
}

// A parser of the test's own would not mind where a line ends; others do.
TEST(Csv, WhatMayEndALineIsQuoted) {
  for (const char* end : {"\r", "\n", "\r\n"}) {
    PublishedTable table;
    table.columns = {{"a", "a"}};
    table.rows = {{{std::string("x") + end + "y"}}, {{" x"}}, {{"x "}}, {{"x"}}};
    EXPECT_EQ(Csv(table), "a\n\"x" + std::string(end) + "y\"\n\" x\"\n\"x \"\nx\n");
  }
}

TEST(Latex, IsForPapers) {
  EXPECT_EQ(LatexDocument("Title", {Example()}), R"(% Title
% \usepackage[T1]{fontenc}
% \usepackage{textcomp,booktabs,longtable}

\begin{table}
\centering
\caption{What 95 \% of\_us have}\label{tab:example}
\footnotesize\setlength{\tabcolsep}{3pt}
\begin{tabular}{lrrrr}
\toprule
name & count & peak & ns/op & time \\
\midrule
a\textbar{}b & 7 & 14.1 MiB & 52.6 & 0.67 (0.56–0.77) \\
c, \textquotedbl{}d\textquotedbl{} & 1234567 & 512 B & 0.0 & ? 1.02 (0.90–1.10) \\
\textbf{mean\_of \& all\textsuperscript{*}} & \textbf{-} & \textbf{-} & \textbf{-} & \textbf{-} \\
\bottomrule
\end{tabular}
\par\footnotesize Measured today.
\par * not of \textless{}all\textgreater{}
\end{table}
)");
}

TEST(Latex, WhatIsLongerThanAPageBreaks) {
  PublishedTable table = Example();
  table.rows.resize(1);
  table.rows.resize(60, table.rows[0]);
  const std::string text = LatexDocument("Title", {table});
  EXPECT_NE(text.find("\\begin{longtable}{lrrrr}\n\\caption{"), std::string::npos);
  EXPECT_NE(text.find("\\endhead"), std::string::npos);
  // Sentences are broken, too.
  table.rows[7].values[0] = std::string(61, 'x');
  EXPECT_NE(LatexDocument("Title", {table}).find("{p{0.5\\linewidth}rrrr}"), std::string::npos);
  EXPECT_EQ(text.find("\\begin{tabular}"), std::string::npos);
}

// A line break with one of these behind it is another command.
TEST(Latex, NoNameBelongsToTheLineBreakBeforeIt) {
  for (const char* name : {"*x", "[x]"}) {
    PublishedTable table;
    table.columns = {{"a", "a"}};
    table.rows = {{{name}}, {{name}}};
    const std::string text = LatexDocument("Title", {table});
    EXPECT_NE(text.find(std::string("\n{}") + name), std::string::npos) << text;
    EXPECT_EQ(text.find(std::string("\n") + name), std::string::npos) << text;
  }
}

TEST(TablesJson, HasEveryValue) {
  const auto json = nlohmann::json::parse(TablesJson({Example()}));
  EXPECT_EQ(json[0]["id"], "example");
  EXPECT_EQ(json[0]["rows"][0]["peak_bytes"], 14785000);
  EXPECT_EQ(json[0]["rows"][1]["time"]["resolved"], false);
  EXPECT_EQ(json[0]["rows"][1]["time"]["interval"], nlohmann::json({0.9, 1.1}));
  EXPECT_TRUE(json[0]["rows"][2]["ns"].is_null());
}

// All of them, of a table in which there is something of everything.
std::vector<std::string> Texts() {
  return {MarkdownDocument("Title", {Example()}), Csv(Example()),
          LatexDocument("Title", {Example()}), TablesJson({Example()})};
}

TEST(Formats, DoNotAskTheLocale) {
  const std::vector<std::string> before = Texts();
  const CommaLocale comma(testing::TempDir() + "/formats_locale");
  ASSERT_TRUE(comma.IsSet());
  EXPECT_EQ(Texts(), before);
}

// Names of what formats are made of.
std::string RandomName(std::mt19937_64& random) {
  constexpr std::string_view kParts = "&_%#\"'\\{}$~^|`*<>[],;-=+@ \n\r\tab0\x01";
  std::string name;
  for (std::uint64_t i = random() % 12; i > 0; --i) name += kParts[random() % kParts.size()];
  return name;
}

// The fields of RFC 4180, record by record.
std::vector<std::vector<std::string>> ParsedCsv(const std::string& text) {
  std::vector<std::vector<std::string>> records(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = records.back().back();
    if (quoted) {
      if (text[i] != '"') {
        field += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == ',') {
      records.back().emplace_back();
    } else if (text[i] == '\n') {
      records.push_back({""});
    } else {
      field += text[i];
    }
  }
  records.pop_back();
  return records;
}

constexpr std::uint64_t kSeed = 41;
constexpr int kNames = 20000;

TEST(Csv, AnyNameReadsBackAsItWas) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < kNames; ++i) {
    PublishedTable table;
    table.columns = {{"a", "a"}, {"b", "b"}};
    table.rows = {{{RandomName(random), RandomName(random)}}};
    const auto records = ParsedCsv(Csv(table));
    ASSERT_EQ(records.size(), 2u) << "seed " << kSeed << ", name " << i;
    ASSERT_EQ(records[1].size(), 2u) << "seed " << kSeed << ", name " << i;
    ASSERT_EQ(records[1][0], std::get<std::string>(table.rows[0].values[0]));
    ASSERT_EQ(records[1][1], std::get<std::string>(table.rows[0].values[1]));
  }
}

// Control characters are no part of a line of text.
std::string OnOneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return text;
}

// Without the backslashes before punctuation.
std::string WithoutBackslashes(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

TEST(Markdown, NoNameEndsItsColumnOrIsMarkup) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < kNames; ++i) {
    const std::string name = RandomName(random);
    const std::string escaped = MarkdownEscaped(name);
    ASSERT_EQ(WithoutBackslashes(escaped), OnOneLine(name)) << "seed " << kSeed << ", name " << i;
    for (std::size_t at = 0; at < escaped.size(); ++at) {
      if (escaped[at] == '\\') {
        ++at;
        continue;
      }
      ASSERT_EQ(std::string_view("|`*<[]~&$\n").find(escaped[at]), std::string_view::npos)
          << escaped << ", seed " << kSeed << ", name " << i;
    }
  }
  EXPECT_EQ(MarkdownEscaped("first_fit_list _x_"), "first_fit_list \\_x\\_");
}

// What TeX prints for the escaped text, by the commands that there are.
std::string Printed(const std::string& latex) {
  const std::pair<std::string_view, char> kCommands[] = {{"\\textbackslash{}", '\\'},
                                                         {"\\textasciitilde{}", '~'},
                                                         {"\\textasciicircum{}", '^'},
                                                         {"\\textless{}", '<'},
                                                         {"\\textgreater{}", '>'},
                                                         {"\\textbar{}", '|'},
                                                         {"\\textquotedbl{}", '"'},
                                                         {"\\textasciigrave{}", '`'},
                                                         {"\\textquotesingle{}", '\''},
                                                         {"\\&", '&'},
                                                         {"\\%", '%'},
                                                         {"\\$", '$'},
                                                         {"\\#", '#'},
                                                         {"\\_", '_'},
                                                         {"\\{", '{'},
                                                         {"\\}", '}'}};
  std::string printed;
  for (std::size_t at = 0; at < latex.size();) {
    const std::string_view rest = std::string_view(latex).substr(at);
    bool command = false;
    for (const auto& [text, sign] : kCommands) {
      if (!rest.starts_with(text)) continue;
      printed += sign;
      at += text.size();
      command = true;
      break;
    }
    if (command) continue;
    if (rest.starts_with("{}")) {
      at += 2;
      continue;
    }
    // Anything else that TeX would not print as it is, or would print as something else.
    if (std::string_view("&%$#_{}\\~^<>|\"`'").find(rest[0]) != std::string_view::npos) return "?";
    if (rest.starts_with("--") || rest.starts_with(",,")) return "?";
    printed += rest[0];
    ++at;
  }
  return printed;
}

TEST(Latex, AnyNameIsPrintedAsItWas) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < kNames; ++i) {
    std::string name = OnOneLine(RandomName(random));
    for (char& c : name) {
      if (c == '\x01') c = ' ';
    }
    ASSERT_EQ(Printed(LatexEscaped(name)), name) << "seed " << kSeed << ", name " << i;
  }
  EXPECT_EQ(LatexEscaped("a\x01\n\x7f"), "a   ");
}

}  // namespace
}  // namespace alloclab::publish
