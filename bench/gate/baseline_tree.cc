#include "bench/gate/baseline_tree.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/contained_child/contained_child.h"
#include "bench/gate/run_tool.h"
#include "bench/process/command_output.h"
#include "bench/process/compare_error.h"

namespace alloclab::gate {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kGitTimeout = std::chrono::minutes(5);
constexpr std::chrono::milliseconds kBuildTimeout = std::chrono::hours(2);
constexpr std::string_view kCountsSource = "bench/deterministic/counts.cc";

}  // namespace

std::string FindBaseline(const std::string& root, const std::string& revision) {
  if (!IsOnPath("git")) {
    throw CompareError(
        "the baseline is taken from git, which is not there. Install the package git.");
  }
  if (CommandOutput({"git", "-C", root, "rev-parse", "--git-dir"}).empty()) {
    throw CompareError(fmt::format(
        "{}: git finds no repository here, so there is no baseline (git -C {} status says why).",
        root, root));
  }
  // Behind a revision that begins with a dash git would see an option.
  const std::string commit = CommandOutput({"git", "-C", root, "rev-parse", "--verify", "--quiet",
                                            "--end-of-options", revision + "^{commit}"});
  if (commit.empty()) {
    throw CompareError(
        fmt::format("there is no revision {} in the repository {}. A shallow clone has few: fetch "
                    "more (git fetch --unshallow; for actions/checkout, fetch-depth: 0).",
                    revision, root));
  }
  if (CommandOutput({"git", "-C", root, "ls-tree", commit, "--", std::string(kCountsSource)})
          .empty()) {
    throw CompareError(
        fmt::format("the revision {} ({}) is older than the program that tells its figures ({}). "
                    "Name a newer baseline.",
                    revision, commit.substr(0, 12), kCountsSource));
  }
  return commit;
}

BaselineTree::BaselineTree(std::string root, std::string commit)
    : root_(std::move(root)), commit_(std::move(commit)) {
  std::string name = fs::temp_directory_path() / "alloclab-gate-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name);
  }
  folder_ = name;
  tree_ = folder_ / "tree";
}

BaselineTree::~BaselineTree() {
  std::error_code ignored;
  // Links are removed, not followed.
  fs::remove_all(folder_, ignored);
}

void BaselineTree::CheckOut() {
  const std::string archive = folder_ / "tree.tar";
  fs::create_directory(tree_);
  RunTool({"git", "-C", root_, "archive", "--format=tar", "--output=" + archive, commit_},
          kGitTimeout);
  RunTool({"tar", "--extract", "--file=" + archive, "--directory=" + tree_.string()}, kGitTimeout);
  fs::remove(archive);
  // What belongs to this machine, and not to a revision.
  for (const char* own : {"user.bazelrc", ".deps"}) {
    const fs::path path = fs::absolute(fs::path(root_) / own);
    if (fs::exists(path)) fs::create_symlink(path, tree_ / own);
  }
}

void BaselineTree::Build() {
  RunTool({"env", "--chdir=" + tree_.string(), "bazel", "--batch",
           "--output_base=" + (folder_ / "out").string(), "build", "--config=bench", "--color=no",
           "--curses=no", "--noshow_progress", "//bench/deterministic:counts"},
          kBuildTimeout);
}

}  // namespace alloclab::gate
