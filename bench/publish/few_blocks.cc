#include "bench/publish/few_blocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/statistics/standing.h"

namespace alloclab::publish {
namespace {

// Of the cells with too few blocks for an interval.
struct Few {
  std::size_t cells = 0;
  std::size_t least = kLeastBlocks;
  std::size_t most = 0;
};

Few FewOf(const std::vector<JudgedCell>& cells) {
  Few few;
  for (const JudgedCell& cell : cells) {
    if (cell.blocks >= kLeastBlocks) continue;
    ++few.cells;
    few.least = std::min(few.least, cell.blocks);
    few.most = std::max(few.most, cell.blocks);
  }
  return few;
}

}  // namespace

Value LeastBlocks(const std::vector<JudgedCell>& cells) {
  if (cells.empty()) return {};
  std::size_t least = SIZE_MAX;
  for (const JudgedCell& cell : cells) least = std::min(least, cell.blocks);
  return std::uint64_t{least};
}

std::string FewBlocksMark(const std::vector<JudgedCell>& cells) {
  const Few few = FewOf(cells);
  return few.cells == 0 ? "" : fmt::format("[{}]", few.least);
}

std::string Marks(bool failed, const std::string& few_blocks) {
  if (!failed) return few_blocks;
  return few_blocks.empty() ? "*" : "* " + few_blocks;
}

void FewBlocksNote::Add(const std::string& allocator, const std::vector<JudgedCell>& cells,
                        const std::string& what) {
  const Few few = FewOf(cells);
  if (few.cells == 0) return;
  const std::string blocks = few.least == few.most ? fmt::format("{}", few.least)
                                                   : fmt::format("{} to {}", few.least, few.most);
  rows_.push_back(fmt::format("{}, {} {}{} with {} block{}", allocator, few.cells, what,
                              few.cells == 1 ? "" : "s", blocks, few.most == 1 ? "" : "s"));
}

std::vector<std::string> FewBlocksNote::Sentences() const {
  if (rows_.empty()) return {};
  return {
      fmt::format("[n]: of so few blocks in places that the interval there is their range, and "
                  "none of 95 %: {}.",
                  fmt::join(rows_, "; "))};
}

}  // namespace alloclab::publish
