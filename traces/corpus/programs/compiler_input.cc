// An ordinary translation unit: standard containers, templates, a little arithmetic.

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace {

struct Node {
  std::string name;
  std::vector<std::unique_ptr<Node>> children;
  long weight = 0;
};

template <class F>
long Fold(const Node& node, F&& f) {
  long sum = f(node);
  for (const auto& child : node.children) sum += Fold(*child, f);
  return sum;
}

std::unique_ptr<Node> Build(int depth, int fan) {
  auto node = std::make_unique<Node>();
  node->name = "node" + std::to_string(depth);
  node->weight = depth * fan;
  for (int i = 0; depth > 0 && i < fan; ++i) node->children.push_back(Build(depth - 1, fan));
  return node;
}

}  // namespace

long Histogram(const std::vector<std::string>& words) {
  std::map<std::string, long> counts;
  for (const std::string& word : words) ++counts[word];
  std::vector<std::pair<long, std::string>> ranked;
  for (const auto& [word, count] : counts) ranked.emplace_back(count, word);
  std::sort(ranked.rbegin(), ranked.rend());
  const auto tree = Build(4, 3);
  return std::accumulate(ranked.begin(), ranked.end(), Fold(*tree, [](const Node& n) { return n.weight; }),
                         [](long sum, const auto& entry) { return sum + entry.first; });
}
