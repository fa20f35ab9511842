#include <algorithm>

#include "bench/publish/formats.h"

namespace alloclab::publish {
namespace {

bool IsWordByte(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z');
}

// Between letters an underline is one, as in first_fit_list.
bool IsPlainUnderline(std::string_view text, std::size_t at) {
  return text[at] == '_' && at > 0 && IsWordByte(text, at - 1) && IsWordByte(text, at + 1);
}

std::string Line(const std::vector<std::string>& entries) {
  std::string line = "|";
  for (const std::string& entry : entries) line += " " + entry + " |";
  return line + "\n";
}

std::vector<std::string> Entries(const PublishedTable& table, const Row& row) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    std::string entry = MarkdownEscaped(Shown(row.values[i], table.columns[i]));
    if (i == 0 && !row.mark.empty()) entry += " " + MarkdownEscaped(row.mark);
    if (row.total && !entry.empty()) entry = "**" + entry + "**";
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace

std::string MarkdownEscaped(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r' || c == '\t') {
      escaped += ' ';
      continue;
    }
    if (std::string_view("\\`*_[]<|~&$").find(c) != std::string_view::npos &&
        !IsPlainUnderline(text, i)) {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string MarkdownRows(const PublishedTable& table) {
  std::vector<std::string> titles, rules;
  for (const Column& column : table.columns) {
    titles.push_back(MarkdownEscaped(column.title));
    rules.push_back(column.kind == Kind::kText ? "---" : "---:");
  }
  std::string text = Line(titles) + Line(rules);
  for (const Row& row : table.rows) text += Line(Entries(table, row));
  return text;
}

std::string MarkdownDocument(const std::string& title, const std::vector<PublishedTable>& tables) {
  std::string text = "# " + MarkdownEscaped(title) + "\n";
  for (const PublishedTable& table : tables) {
    text += "\n## " + table.id + "\n\n" + MarkdownEscaped(table.caption) + "\n\n" +
            MarkdownEscaped(table.provenance) + "\n\n" + MarkdownRows(table);
    if (!table.notes.empty()) text += "\n";
    for (const std::string& note : table.notes) text += "- " + MarkdownEscaped(note) + "\n";
  }
  return text;
}

}  // namespace alloclab::publish
