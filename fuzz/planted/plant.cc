// Makes one translation unit of a planted bug: the allocator's headers with the bug's edits, in a
// namespace of their own, and what runs a trace on them. The shipped sources stay as they are, and
// many bugs can be linked into one program.
//
//   plant BUG OUTPUT SOURCES...
//
// SOURCES are all headers of allocator/ and traces/checked/, those of fuzz/schedule/ that depend on
// them, and sources that belong to them. What
// they include of one another is put in place of the #include, once; other #includes stay.

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/planted/bug_file.h"

namespace alloclab::planted {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw BugError(path + ": cannot be read; name a readable file");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Paths as #include names them: below the root of the source tree, generated files too.
std::string NameOf(const std::string& path) {
  for (const char* root : {"/bin/", "./"}) {
    const std::size_t at = path.find(root);
    if (at != std::string::npos) return path.substr(at + std::string(root).size());
  }
  return path;
}

void ReplaceAll(std::string& text, const std::string& part, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += by.size()) {
    text.replace(at, part.size(), by);
  }
}

// first_fit_list -> FirstFitList
std::string ClassName(const std::string& variant) {
  std::string name;
  bool begins = true;
  for (const char c : variant) {
    if (c != '_') name += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '_';
  }
  return name;
}

class Planter {
 public:
  Planter(std::string name, Bug bug, std::map<std::string, std::string> sources)
      : name_(std::move(name)),
        bug_(std::move(bug)),
        space_("planted_" + std::filesystem::path(name_).stem().string()),
        sources_(std::move(sources)) {
    for (const Edit& edit : bug_.edits) {
      if (!sources_.contains(edit.file)) {
        throw BugError(
            fmt::format("{}:{}: {} is none of the files that bugs are planted in; see "
                        "fuzz/planted/planted.bzl",
                        name_, edit.line, edit.file));
      }
    }
  }

  std::string Unit() {
    std::string unit = fmt::format("// Made by fuzz/planted/plant.cc from {}.\n\n", name_);
    unit += "#include \"fuzz/planted/planted.h\"\n\n";
    // So that the namespace is there before anything names it.
    unit += fmt::format(
        "namespace alloclab {{}}\nnamespace {} {{\nusing namespace ::alloclab;\n}}\n", space_);
    for (const auto& [source, path] : sources_) {
      if (source.ends_with(".cc")) unit += Inlined(source);
    }
    const bool is_threaded = bug_.target == "schedule";
    if (is_threaded) {
      unit += Inlined("fuzz/schedule/subjects.h");
    } else {
      unit += Inlined("traces/checked/checked.h");
      unit += Inlined(fmt::format("allocator/variants/{}.h", bug_.variant));
    }
    for (const Edit& edit : bug_.edits) {
      if (!done_.contains(edit.file)) {
        throw BugError(fmt::format("{}:{}: {} does not use {}, so the bug would not be there",
                                   name_, edit.line, bug_.variant, edit.file));
      }
    }
    unit += WithoutRule() + (is_threaded ? ThreadedRun() : CheckedRun());
    return unit;
  }

 private:
  // The bug has a checker of its own, and that is where a rule can be left out.
  std::string WithoutRule() const {
    return fmt::format(
        "\nnamespace {{\n"
        "bool WithoutRule(std::string_view name) {{\n"
        "  const auto rule = {0}::RuleNamed(name);\n"
        "  if (rule) {0}::Unwatch(*rule);\n"
        // No program misuses its heap: what the checker calls so follows from what it let pass.
        "  {0}::Unwatch({0}::Rule::kMisuse);\n"
        "  return rule.has_value();\n"
        "}}\n"
        "}}  // namespace\n",
        space_);
  }

  // What registers the bug.
  std::string CheckedRun() const {
    return fmt::format(
        "\nnamespace {{\nusing Heap = {0}::{1}<{0}::CheckedPages>;\n"
        "alloclab::planted::Outcome Run(std::span<const alloclab::Event> events, std::size_t "
        "bytes, bool fast) {{\n"
        "  static {0}::Arena& arena = *new {0}::Arena(alloclab::planted::kMaxArenaBytes);\n"
        "  const {0}::CheckedResult result = \n"
        "      fast ? {0}::ReplayCheckedFast<Heap>(events, arena, bytes)\n"
        "           : {0}::ReplayChecked<Heap>(events, arena, bytes);\n"
        "  if (!result.violation) return {{}};\n"
        "  return {{std::string({0}::RuleName(result.violation->rule)), "
        "result.violation->operation,\n"
        "          result.violation->text}};\n"
        "}}\n"
        "const alloclab::planted::Registration registration(\"{2}\", Run, WithoutRule);\n"
        "}}  // namespace\n",
        space_, ClassName(bug_.variant), name_);
  }

  std::string ThreadedRun() const {
    return fmt::format(
        "\nnamespace {{\n"
        "alloclab::planted::Outcome Run(std::span<const alloclab::Event> events, std::size_t "
        "bytes, alloclab::Scheduler& scheduler, alloclab::Strategy& strategy) "
        "{{\n"
        "  static {0}::Arena& arena = *new {0}::Arena(alloclab::planted::kMaxArenaBytes);\n"
        "  const {0}::ThreadedResult result = {0}::RunThreaded<{0}::Scheduled{1}>(\n"
        "      events, arena, bytes, scheduler, strategy);\n"
        "  return {{result.verdict, result.event, result.text}};\n"
        "}}\n"
        "const alloclab::planted::Registration registration(\"{2}\", Run, WithoutRule);\n"
        "}}  // namespace\n",
        space_, ClassName(bug_.variant), name_);
  }

  // The text of a source, with what it includes of the others.
  std::string Inlined(const std::string& source) {
    if (!done_.insert(source).second) return "";
    std::istringstream lines(Plant(name_, bug_, source, ReadFile(sources_.at(source))));
    std::string text;
    std::string line;
    while (std::getline(lines, line)) {
      constexpr std::string_view kInclude = "#include \"";
      if (line.starts_with(kInclude)) {
        const std::string included =
            line.substr(kInclude.size(), line.rfind('"') - kInclude.size());
        if (sources_.contains(included)) {
          text += Inlined(included);
          continue;
        }
      }
      text += Renamed(std::move(line)) + "\n";
    }
    return text;
  }

  std::string Renamed(std::string line) const {
    ReplaceAll(line, "namespace alloclab {", fmt::format("namespace {} {{", space_));
    ReplaceAll(line, " alloclab::", fmt::format(" {}::", space_));
    ReplaceAll(line, "planted::Reached", "::alloclab::planted::Reached");
    ReplaceAll(line, "planted::Triggered", "::alloclab::planted::Triggered");
    return line;
  }

  const std::string name_;
  const Bug bug_;
  const std::string space_;
  const std::map<std::string, std::string> sources_;  // by the name in #include: where they lie
  std::set<std::string> done_;
};

int Main(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) {
    fmt::print(stderr, "usage: plant BUG OUTPUT SOURCES...\n");
    return 2;
  }
  std::map<std::string, std::string> sources;
  for (std::size_t i = 2; i < arguments.size(); ++i) sources[NameOf(arguments[i])] = arguments[i];
  try {
    Planter planter(arguments[0], ParseBug(arguments[0], ReadFile(arguments[0])),
                    std::move(sources));
    std::ofstream output(arguments[1], std::ios::binary);
    output << planter.Unit();
    output.close();
    if (!output) throw BugError(arguments[1] + ": cannot be written");
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace alloclab::planted

int main(int argc, char** argv) { return alloclab::planted::Main({argv + 1, argv + argc}); }
