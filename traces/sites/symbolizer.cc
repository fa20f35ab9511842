#include "traces/sites/symbolizer.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "traces/elf_file.h"

extern char** environ;

namespace alloclab {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File TemporaryFile() { return {std::tmpfile(), std::fclose}; }

std::string Contents(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof(buffer), file)) > 0;) {
    text.append(buffer, got);
  }
  return text;
}

// Runs a program on `input`; false when it is not there, or fails.
bool RunFilter(const char* program, const std::string& input, std::string& output) {
  const File in = TemporaryFile();
  const File out = TemporaryFile();
  if (in == nullptr || out == nullptr) return false;
  if (std::fwrite(input.data(), 1, input.size(), in.get()) != input.size()) return false;
  std::rewind(in.get());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), 0);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), 1);
  std::string name = program;
  std::string style = "--output-style=JSON";
  char* arguments[] = {name.data(), style.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || waitpid(child, &status, 0) != child) return false;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return false;
  output = Contents(out.get());
  return true;
}

// Whether the symbolizer can be asked about it: there it stands between quotation marks, on a line
// of at most 1023 bytes.
bool CanBeAskedAbout(const std::string& path) {
  constexpr std::size_t kMostBytes = 900;
  return path.size() <= kMostBytes && std::ranges::none_of(path, [](char byte) {
           return static_cast<unsigned char>(byte) < ' ' || byte == '"';
         });
}

// Whether the module's file is there, and the one that was recorded.
bool IsAsRecorded(const CodeModule& module) {
  if (!CanBeAskedAbout(module.path)) return false;
  ElfFile file(module.path);
  return file.IsForThisMachine() && file.BuildId() == module.build_id;
}

std::string PlainName(const SiteTable& table, const CodePlace& place) {
  const std::string module =
      place.module == kNoModule
          ? "no file"
          : std::filesystem::path(table.modules[place.module].path).filename().string();
  return fmt::format("{}+0x{:x}", module, place.address);
}

std::string NameOfSymbol(const nlohmann::json& symbol) {
  const std::string function = symbol.value("FunctionName", "");
  const std::string file = std::filesystem::path(symbol.value("FileName", "")).filename().string();
  const auto row = symbol.value("Line", std::uint64_t{0});
  return file.empty() || row == 0 ? function : fmt::format("{} ({}:{})", function, file, row);
}

// What one line of the symbolizer says, the function whose code it is last; empty when it knows
// none.
std::string NameOf(const std::string& line) {
  const nlohmann::json answer = nlohmann::json::parse(line, nullptr, false);
  if (!answer.is_object() || !answer.contains("Symbol")) return "";
  std::string name;
  for (const nlohmann::json& symbol : answer["Symbol"]) {
    const std::string part = NameOfSymbol(symbol);
    if (part.empty()) continue;
    name += (name.empty() ? "" : ", inlined in ") + part;
  }
  return name;
}

}  // namespace

FrameNames NameFrames(const SiteTable& table, const std::vector<std::uint32_t>& frames) {
  // By module, each looked at once.
  std::map<std::uint32_t, bool> as_recorded;
  FrameNames result;
  std::string questions;
  std::vector<std::size_t> asked;
  for (const std::uint32_t frame : frames) {
    const CodePlace& place = table.frames[frame];
    result.names.push_back(PlainName(table, place));
    if (place.module == kNoModule) continue;
    const CodeModule& module = table.modules[place.module];
    const auto [found, is_new] = as_recorded.try_emplace(place.module);
    if (is_new) found->second = IsAsRecorded(module);
    if (!found->second) continue;
    fmt::format_to(std::back_inserter(questions), "CODE \"{}\" 0x{:x}\n", module.path,
                   place.address);
    asked.push_back(result.names.size() - 1);
  }
  std::string answers;
  const bool answered = asked.empty() || RunFilter("llvm-symbolizer-19", questions, answers) ||
                        RunFilter("llvm-symbolizer", questions, answers);
  if (!answered) {
    result.note = "frames have no names, for llvm-symbolizer cannot be run; install llvm-19";
    return result;
  }
  std::size_t begin = 0;
  for (const std::size_t index : asked) {
    const std::size_t end = std::min(answers.find('\n', begin), answers.size());
    const std::string name = NameOf(answers.substr(begin, end - begin));
    if (!name.empty()) result.names[index] = name;
    begin = std::min(end + 1, answers.size());
  }
  return result;
}

}  // namespace alloclab
