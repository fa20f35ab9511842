#include "bench/grade/solution.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>

#include "bench/contained_child/contained_child.h"
#include "bench/grade/init_type.h"
#include "bench/grade/lab_functions.h"
#include "bench/grade/lab_headers.h"

namespace alloclab::grade {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

bool IsCxx(const std::string& source) {
  const std::string extension = fs::path(source).extension();
  return extension == ".cc" || extension == ".cpp" || extension == ".cxx";
}

// The caller's choice, which may have options behind it.
Words Compiler(bool cxx) {
  const char* chosen = std::getenv(cxx ? "CXX" : "CC");
  std::istringstream text(chosen == nullptr ? "" : chosen);
  Words words{std::istream_iterator<std::string>(text), {}};
  if (!words.empty()) return words;
  constexpr const char* kC[] = {"clang-19", "clang", "cc"};
  constexpr const char* kCxx[] = {"clang++-19", "clang++", "c++"};
  for (const char* name : cxx ? kCxx : kC) {
    if (IsOnPath(name)) return {name};
  }
  throw SourceError(fmt::format("there is no compiler for {}; install clang-19, or name one in {}",
                                cxx ? "C++" : "C", cxx ? "CXX" : "CC"));
}

std::string ReadSource(const std::string& path) {
  const std::string extension = fs::path(path).extension();
  if (extension != ".c" && !IsCxx(path)) {
    throw SourceError(fmt::format(
        "{}: a solution is given as source: name files that end in .c, .cc, .cpp or .cxx", path));
  }
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw SourceError(fmt::format("{}: is a folder; name the source files in it", path));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw SourceError(
        fmt::format("{}: cannot read the source: {}; check the name", path, std::strerror(errno)));
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush())
    throw std::system_error(errno, std::generic_category(), "cannot write " + path);
}

// Returns what the command said.
std::string Build(Words command, const std::string& what) {
  ContainedChildRequest request;
  request.command = std::move(command);
  request.time_out = std::chrono::minutes(1);
  request.file_bytes = std::uint64_t{256} << 20;
  request.memory_bytes = std::uint64_t{4} << 30;
  const ContainedChildEnd end = RunContainedChild(request);
  if (end.timed_out) {
    throw CompileError(fmt::format("{} takes the compiler longer than a minute", what), end.output);
  }
  if (!WIFEXITED(end.status) || WEXITSTATUS(end.status) != 0) {
    throw CompileError(fmt::format("{} does not compile; what the compiler says is above", what),
                       end.output);
  }
  return end.output;
}

// Start files are for programs, and for libraries that are unloaded: without them all static data
// is the solution's own. C++ asks them for a mark of the library, to be told when that is unloaded.
constexpr char kInPlaceOfStartFiles[] =
    "__attribute__((visibility(\"hidden\"))) const void* const __dso_handle = &__dso_handle;\n";

// What the labs' own config.h tells a solution, for those that ask. No flags of the compiler: to a
// source that does not ask, the two names are its own.
std::string ConfigHeader(const CompileOptions& options) {
  return fmt::format("#pragma once\n#define ALIGNMENT {}\n#define MAX_HEAP {}\n", options.alignment,
                     options.heap_bytes);
}

}  // namespace

PrivateFolder::PrivateFolder() {
  path_ = (fs::temp_directory_path() / "alloclab-grade-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + path_);
  }
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

CompiledSolution CompileSolution(const std::vector<std::string>& sources,
                                 const PrivateFolder& folder, const CompileOptions& options) {
  bool init_is_bool = false;
  for (const std::string& source : sources) {
    if (SaysInitIsBool(ReadSource(source))) init_is_bool = true;
  }
  const std::string lab = folder.path() + "/lab";
  fs::create_directory(lab);
  Write(lab + "/mm.h", kMmHeader);
  Write(lab + "/memlib.h", kMemlibHeader);
  Write(lab + "/config.h", ConfigHeader(options));
  const std::string mark = folder.path() + "/init_is_bool.c";
  Write(mark, fmt::format("const int {} = {};\n{}", kInitIsBoolSymbol, init_is_bool ? 1 : 0,
                          kInPlaceOfStartFiles));

  Words flags = {"-O2", "-fPIC",
                 "-fno-semantic-interposition",  // so that GCC inlines what is not static, too
                 "-DDRIVER", "-I" + lab};
  if (init_is_bool) flags.push_back("-DALLOCLAB_INIT_IS_BOOL");
  Words objects;
  std::string warnings;
  const auto compile = [&](const std::string& source, const std::string& name,
                           const Words& more_flags) {
    Words command = Compiler(IsCxx(source));
    command.insert(command.end(), flags.begin(), flags.end());
    command.insert(command.end(), more_flags.begin(), more_flags.end());
    objects.push_back(fmt::format("{}/{}.o", folder.path(), objects.size()));
    command.insert(command.end(), {"-c", source, "-o", objects.back()});
    warnings += Build(std::move(command), name);
  };
  for (const std::string& source : sources) compile(source, source, options.flags);
  const Words of_sources = objects;
  compile(mark, "the grader's own part", {});  // which is C, whatever -std= says
  // Only memlib's functions are looked for outside of the solution. All others that it defines are
  // its own, whatever the C library has of the same name.
  const std::string looked_for = folder.path() + "/looked_for";
  Write(looked_for, "{ mem_*; };\n");
  std::string library = folder.path() + "/solution.so";
  Words link = Compiler(std::any_of(sources.begin(), sources.end(), IsCxx));
  // Nothing for debuggers: valgrind 3.19 stops at what Clang 19 writes for them. The linker's own
  // tables are read only (relro, now), so that what is not is static data (outside_memory.h).
  link.insert(link.end(), {"-shared", "-nostartfiles", "-Wl,-z,relro,-z,now", "-Wl,--strip-debug",
                           "-Wl,--dynamic-list=" + looked_for, "-o", library});
  link.insert(link.end(), objects.begin(), objects.end());
  link.push_back("-lm");
  warnings += Build(std::move(link), "the solution");
  return {.library = library, .objects = of_sources, .warnings = warnings};
}

}  // namespace alloclab::grade
