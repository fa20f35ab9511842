// Another revision of the source tree, built for the length of a gate.
//
// Its files are taken out of the repository by `git archive`, so nothing of the repository changes:
// there is no worktree entry, no branch and no lock that could be left behind, however the process
// ends. The tree and Bazel's output for it lie in one folder among the temporary files, which is
// removed with this object. Bazel runs without a server.

#ifndef ALLOCLAB_BENCH_GATE_BASELINE_TREE_H_
#define ALLOCLAB_BENCH_GATE_BASELINE_TREE_H_

#include <filesystem>
#include <string>

namespace alloclab::gate {

// The commit that `revision` names in the repository around `root`, as 40 hexadecimal digits.
// Throws CompareError when there is none, when there is no git, and when it is older than the
// program that a gate asks for figures.
std::string FindBaseline(const std::string& root, const std::string& revision);

class BaselineTree {
 public:
  // All functions here throw EndingSignal on SIGINT, SIGTERM and SIGHUP, which must be
  // blocked (HeldEndingSignals), and CompareError when a program fails, with what it said.
  BaselineTree(std::string root, std::string commit);
  ~BaselineTree();
  BaselineTree(const BaselineTree&) = delete;
  BaselineTree& operator=(const BaselineTree&) = delete;

  // Writes the tree, with the user.bazelrc of `root`. Seconds.
  void CheckOut();
  // Builds bench/deterministic/counts, and what that runs, as the present tree is built: with
  // --config=bench. Minutes, unless user.bazelrc names a cache that has it.
  void Build();
  // The program that was built.
  std::string counts() const { return tree_ / "bazel-bin/bench/deterministic/counts"; }
  // For other files of the gate.
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::string root_;
  std::string commit_;
  std::filesystem::path folder_;
  std::filesystem::path tree_;
};

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_BASELINE_TREE_H_
