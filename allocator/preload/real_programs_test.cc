// Real programs, unmodified, under each library: the same output, the same files and the same exit
// status as without it, and the library's own line to prove that it was there. Rows 44 and R13 of
// the teaching allocators; R14 (one thread allocates, another frees) is threads_of_our_own and
// sort. A program that is missing fails its test with the package that brings it.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "allocator/preload/program_inputs.h"
#include "allocator/preload/run_program.h"

namespace alloclab::preload {
namespace {

namespace fs = std::filesystem;

struct RealProgram {
  const char* name;
  const char* package;
  // A word that starts with '@' stands for a file of ProgramInputs, '%' for one of the source tree.
  std::vector<std::string> argv;
  std::uint64_t least_allocated;        // calls that the library must have served
  std::vector<std::string> files = {};  // written by the program, in the folder where it runs
  std::vector<std::string> variables = {};
};

// For GoogleTest's messages.
void PrintTo(const RealProgram& program, std::ostream* out) { *out << program.argv[0]; }

const RealProgram kPrograms[] = {
    {"ls", "coreutils", {"ls", "-laR", "@tree"}, 50},
    {"git_version", "git", {"git", "--version"}, 1},
    {"git_log", "git", {"git", "-C", "@repository", "log", "-p", "--stat"}, 2000},
    {"grep", "grep", {"grep", "-rn", "-e", "line [0-9]*7 of", "@tree"}, 500},
    {"sort", "coreutils", {"sort", "--parallel=4", "-o", "sorted", "@lines"}, 10, {"sorted"}},
    {"python", "python3", {"python3", "@script.py"}, 1000},
    {"python_malloc", "python3", {"python3", "@script.py"}, 100'000, {}, {"PYTHONMALLOC=malloc"}},
    {"sqlite", "sqlite3", {"sqlite3", "database", ".read '@schema.sql'"}, 10'000, {"database"}},
    {"node", "nodejs", {"node", "@script.js"}, 5000},
    {"clang",
     "clang-19",
     {"clang++-19", "-std=c++20", "-O2", "-g", "-c", "-I", "%.", "-o", "object",
      "%allocator/preload/subjects/stress.cc"},
     50'000,
     {"object"}},
    {"threads_of_our_own",
     "",
     {"%allocator/preload/subjects/subject", "threads_pass_blocks_and_fork"},
     50'000},
};

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Outputs can be megabytes: where they differ is what matters.
std::string FirstDifference(const std::string& a, const std::string& b) {
  if (a == b) return "";
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  return "at byte " + std::to_string(at) + ", of " + std::to_string(a.size()) + " and " +
         std::to_string(b.size()) + ": \"" + a.substr(at, 60) + "\" and \"" + b.substr(at, 60) +
         "\"";
}

class RealPrograms : public testing::TestWithParam<RealProgram> {
 protected:
  static void SetUpTestSuite() { inputs_ = std::make_unique<ProgramInputs>(); }
  static void TearDownTestSuite() { inputs_.reset(); }

  // Runs the program in an empty folder, the same each time, and returns what it did.
  struct Run {
    Outcome outcome;
    std::vector<std::string> files;
  };
  Run RunWith(std::vector<std::string> variables) {
    const fs::path path = inputs_->folder() / "run";
    fs::remove_all(path);
    fs::create_directory(path);
    const RealProgram& program = GetParam();
    Command command{.argv = {}, .variables = std::move(variables), .folder = path};
    for (const std::string& word : program.argv) command.argv.push_back(Replace(word));
    for (const std::string& variable : program.variables) command.variables.push_back(variable);
    for (const std::string& variable : inputs_->Variables()) command.variables.push_back(variable);
    Run run{.outcome = RunProgram(command), .files = {}};
    for (const std::string& file : program.files) run.files.push_back(ReadFile(path / file));
    return run;
  }

  static std::string Replace(std::string word) {
    const std::size_t at = word.find('@');
    if (at != std::string::npos) return word.replace(at, 1, inputs_->folder().string() + "/");
    if (word[0] == '%') return (fs::current_path() / word.substr(1)).string();
    return word;
  }

  static std::unique_ptr<ProgramInputs> inputs_;
};
std::unique_ptr<ProgramInputs> RealPrograms::inputs_;

TEST_P(RealPrograms, DoTheSameUnderTheLibrary) {
  const RealProgram& program = GetParam();
  ASSERT_TRUE(IsInstalled(Replace(program.argv[0])))
      << program.argv[0] << " is missing: apt-get install " << program.package;
  const Run plain = RunWith({});
  ASSERT_EQ(plain.outcome.status, 0) << "even without a library: " << plain.outcome.err;
  EXPECT_NE(plain.outcome.out.size() + plain.files.size(), 0u) << "it did nothing";

  Run preloaded = RunWith(UnderLibrary());
  const std::vector<Statistics> said = TakeStatistics(preloaded.outcome.err);
  EXPECT_FALSE(preloaded.outcome.timed_out) << "it did not come to an end";
  EXPECT_EQ(preloaded.outcome.status, plain.outcome.status);
  EXPECT_EQ(preloaded.outcome.err, plain.outcome.err);
  EXPECT_EQ(FirstDifference(preloaded.outcome.out, plain.outcome.out), "");
  for (std::size_t i = 0; i < plain.files.size(); ++i) {
    EXPECT_FALSE(plain.files[i].empty()) << program.files[i];
    EXPECT_EQ(FirstDifference(preloaded.files[i], plain.files[i]), "") << program.files[i];
  }

  // The library was in use: it says so itself.
  std::uint64_t allocated = 0;
  for (const Statistics& line : said) {
    EXPECT_EQ(line.variant, VariantUnderTest());
    EXPECT_LE(line.freed, line.allocated);
    allocated += line.allocated;
    std::cout << "  " << line.allocated << " allocated, " << line.bytes_peak / 1024
              << " KiB held at the peak\n";
  }
  EXPECT_GE(allocated, program.least_allocated) << "the library did not serve this program";
}

INSTANTIATE_TEST_SUITE_P(Programs, RealPrograms, testing::ValuesIn(kPrograms),
                         [](const auto& program) { return std::string(program.param.name); });

}  // namespace
}  // namespace alloclab::preload
