// What the tables of all comparisons say in the same words: a ratio, who leads, how far system is
// from itself, what failed, and that blocks are few.

#ifndef ALLOCLAB_BENCH_RECORD_ROW_TEXT_H_
#define ALLOCLAB_BENCH_RECORD_ROW_TEXT_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace alloclab {

// "? 0.99 (0.90-1.30) [3]": the ratio of `judged` (ratio_record.h) with its interval, "?" where it
// is not resolved, and how many blocks it has, `own`, where others have more, `blocks`. "-" where
// `system` failed.
std::string RatioText(const nlohmann::ordered_json& judged, std::size_t own, std::size_t blocks,
                      int decimals = 2);

// The same of a cell; "1" of the one that all are held against.
std::string RatioOfCellText(const nlohmann::ordered_json& cell,
                            const nlohmann::ordered_json& judged, std::size_t own,
                            std::size_t blocks);

// "a, b (none is known to be slower than the fastest)".
std::string LeadingText(const std::vector<std::string>& names);

// "2.7 %": as far from 1 nothing is resolved, by the "noise" of `judged`.
std::string NoiseText(const nlohmann::ordered_json& judged);

// As it stands, or red for a terminal.
std::string InRed(std::string_view text, bool color);

// The most blocks that any row of the record has had.
std::size_t MostBlocks(const nlohmann::ordered_json& record);

// A sentence, with its end of line, when `system` has fewer blocks in any cell of the record than a
// figure to publish needs; `blocks_of` names the list that has one figure for each. Else nothing.
std::string FewBlocksText(const nlohmann::ordered_json& record, const char* blocks_of);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_RECORD_ROW_TEXT_H_
