#include "fuzz/planted/bug_file.h"

#include <fmt/format.h>

#include <sstream>
#include <string_view>
#include <utility>

namespace alloclab::planted {
namespace {

class Parser {
 public:
  Parser(const std::string& name, const std::string& text) : name_(name), lines_(text) {}

  Bug Parse() {
    while (Next()) {
      if (line_.empty()) continue;
      if (line_ == "witness:") {
        while (Next()) bug_.witness += line_ + "\n";
        break;
      }
      Field();
    }
    CheckComplete();
    return std::move(bug_);
  }

 private:
  bool Next() {
    ++number_;
    return static_cast<bool>(std::getline(lines_, line_));
  }

  [[noreturn]] void Refuse(const std::string& why) const {
    throw BugError(fmt::format("{}:{}: {}", name_, number_, why));
  }

  void Field() {
    const std::size_t colon = line_.find(": ");
    const std::string key = line_.substr(0, colon);
    std::string value = colon == std::string::npos ? "" : line_.substr(colon + 2);
    if (key == "edit") return ReadEdit(std::move(value));
    const std::pair<std::string_view, std::string*> fields[] = {
        {"id", &bug_.id},         {"story", &bug_.story},     {"source", &bug_.source},
        {"family", &bug_.family}, {"variant", &bug_.variant}, {"verdict", &bug_.verdict},
        {"target", &bug_.target},
    };
    for (const auto& [field, target] : fields) {
      if (key != field) continue;
      if (!target->empty()) Refuse(fmt::format("a second \"{}\"; keep one", key));
      *target = std::move(value);
      return;
    }
    Refuse(fmt::format("\"{}\" is no field; see fuzz/planted/bug_file.h", key));
  }

  void Expect(std::string_view line) {
    if (!Next() || line_ != line) Refuse(fmt::format("expected a line \"{}\"", line));
  }

  std::string ReadUntil(std::string_view end) {
    std::string text;
    while (Next()) {
      if (line_ == end) return text;
      text += line_ + "\n";
    }
    Refuse(fmt::format("the file ends before a line \"{}\"", end));
  }

  void ReadEdit(std::string file) {
    Edit edit{.file = std::move(file), .before = "", .after = "", .line = number_};
    Expect("<<<<");
    edit.before = ReadUntil("====");
    edit.after = ReadUntil(">>>>");
    if (edit.before.empty()) Refuse("an edit that replaces nothing; say what stands there");
    bug_.edits.push_back(std::move(edit));
  }

  void CheckComplete() const {
    const std::pair<const char*, const std::string*> fields[] = {
        {"id", &bug_.id},           {"story", &bug_.story},     {"source", &bug_.source},
        {"family", &bug_.family},   {"variant", &bug_.variant}, {"verdict", &bug_.verdict},
        {"witness", &bug_.witness},
    };
    for (const auto& [field, value] : fields) {
      if (value->empty()) Refuse(fmt::format("there is no \"{}\"; add it", field));
    }
    if (!bug_.target.empty() && bug_.target != "schedule") {
      Refuse(fmt::format("\"target: {}\"; it is \"schedule\", or left out", bug_.target));
    }
    bool reached = false;
    bool triggered = false;
    for (const Edit& edit : bug_.edits) {
      reached |= edit.after.find("planted::Reached()") != std::string::npos;
      triggered |= edit.after.find("planted::Triggered(") != std::string::npos;
    }
    if (!reached || !triggered) {
      Refuse("no edit says planted::Reached() and planted::Triggered(); see bug_file.h");
    }
  }

  const std::string& name_;
  std::istringstream lines_;
  std::string line_;
  int number_ = 0;
  Bug bug_;
};

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++count;
  }
  return count;
}

}  // namespace

Bug ParseBug(const std::string& name, const std::string& text) {
  return Parser(name, text).Parse();
}

std::string Plant(const std::string& name, const Bug& bug, const std::string& file,
                  std::string text) {
  for (const Edit& edit : bug.edits) {
    if (edit.file != file) continue;
    if (const std::size_t count = CountOf(text, edit.before); count != 1) {
      throw BugError(fmt::format(
          "{}:{}: the bug no longer applies: what it replaces stands in {} {} times, not once; the "
          "code has changed, so write the edit anew",
          name, edit.line, file, count));
    }
    text.replace(text.find(edit.before), edit.before.size(), edit.after);
  }
  return text;
}

}  // namespace alloclab::planted
