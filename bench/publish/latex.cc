#include <fmt/format.h>

#include <algorithm>

#include "bench/publish/formats.h"

namespace alloclab::publish {
namespace {

// What still fits on a page.
constexpr std::size_t kPageRows = 45;
// And in a line, beside other columns.
constexpr std::size_t kLineBytes = 60;
// Many columns, and not wider than a page.
constexpr const char* kNarrow = "\\footnotesize\\setlength{\\tabcolsep}{3pt}\n";

std::string Line(const std::vector<std::string>& entries) {
  return fmt::format("{} \\\\\n", fmt::join(entries, " & "));
}

std::string Heading(const PublishedTable& table) {
  std::vector<std::string> titles;
  for (const Column& column : table.columns) titles.push_back(LatexEscaped(column.title));
  return "\\toprule\n" + Line(titles) + "\\midrule\n";
}

// Sentences take more than a line.
bool HasSentences(const PublishedTable& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(), [column](const Row& row) {
    const auto* text = std::get_if<std::string>(&row.values[column]);
    return text != nullptr && text->size() > kLineBytes;
  });
}

std::string Alignment(const PublishedTable& table) {
  std::string alignment;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (HasSentences(table, i)) {
      alignment += "p{0.5\\linewidth}";
    } else {
      alignment += table.columns[i].kind == Kind::kText ? 'l' : 'r';
    }
  }
  return alignment;
}

std::string RowLine(const PublishedTable& table, const Row& row) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    std::string entry = LatexEscaped(Shown(row.values[i], table.columns[i], "\u2013"));
    if (i == 0 && !row.mark.empty()) entry += "\\textsuperscript{" + LatexEscaped(row.mark) + "}";
    if (row.total) entry = "\\textbf{" + entry + "}";
    // At the start of a line these would be read as options of the line break before it.
    if (i == 0 && (entry.starts_with('[') || entry.starts_with('*'))) entry = "{}" + entry;
    entries.push_back(entry);
  }
  return Line(entries);
}

std::string Rows(const PublishedTable& table) {
  std::string rows;
  for (const Row& row : table.rows) rows += RowLine(table, row);
  return rows;
}

std::string Caption(const PublishedTable& table) {
  return fmt::format("\\caption{{{}}}\\label{{tab:{}}}", LatexEscaped(table.caption), table.id);
}

std::string Notes(const PublishedTable& table) {
  std::string notes = "\\par\\footnotesize " + LatexEscaped(table.provenance) + "\n";
  for (const std::string& note : table.notes) notes += "\\par " + LatexEscaped(note) + "\n";
  return notes;
}

std::string Float(const PublishedTable& table) {
  return "\\begin{table}\n\\centering\n" + Caption(table) + "\n" + kNarrow + "\\begin{tabular}{" +
         Alignment(table) + "}\n" + Heading(table) + Rows(table) +
         "\\bottomrule\n\\end{tabular}\n" + Notes(table) + "\\end{table}\n";
}

std::string Long(const PublishedTable& table) {
  const std::string heading = Heading(table);
  return std::string("{") + kNarrow + "\\begin{longtable}{" + Alignment(table) + "}\n" +
         Caption(table) + "\\\\\n" + heading + "\\endfirsthead\n" + heading +
         "\\endhead\n\\bottomrule\n\\endfoot\n" + Rows(table) + "\\end{longtable}\n" +
         Notes(table) + "\\par}\n";
}

}  // namespace

std::string LatexEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    // Two of these would be printed as one other sign.
    if ((c == '-' || c == ',') && escaped.ends_with(c)) escaped += "{}";
    switch (c) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        escaped += '\\';
        escaped += c;
        break;
      case '\\':
        escaped += "\\textbackslash{}";
        break;
      case '~':
        escaped += "\\textasciitilde{}";
        break;
      case '^':
        escaped += "\\textasciicircum{}";
        break;
      case '<':
        escaped += "\\textless{}";
        break;
      case '>':
        escaped += "\\textgreater{}";
        break;
      case '|':
        escaped += "\\textbar{}";
        break;
      case '"':
        escaped += "\\textquotedbl{}";
        break;
      case '`':
        escaped += "\\textasciigrave{}";
        break;
      case '\'':
        escaped += "\\textquotesingle{}";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
    }
  }
  return escaped;
}

std::string LatexDocument(const std::string& title, const std::vector<PublishedTable>& tables) {
  std::string text = "% " + LatexEscaped(title) +
                     "\n% \\usepackage[T1]{fontenc}\n% \\usepackage{textcomp,booktabs,longtable}\n";
  for (const PublishedTable& table : tables) {
    text += "\n" + (table.rows.size() > kPageRows ? Long(table) : Float(table));
  }
  return text;
}

}  // namespace alloclab::publish
