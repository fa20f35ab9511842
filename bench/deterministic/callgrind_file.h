// Reads what callgrind has counted: one of its files, written when the program asked for it under a
// mark (CALLGRIND_DUMP_STATS_AT).

#ifndef ALLOCLAB_BENCH_DETERMINISTIC_CALLGRIND_FILE_H_
#define ALLOCLAB_BENCH_DETERMINISTIC_CALLGRIND_FILE_H_

#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace alloclab {

// Events by callgrind's names: Ir, instructions; with a simulation of caches also Dr and Dw, the
// loads and stores, and for each of I1mr D1mr D1mw ILmr DLmr DLmw how many missed.
struct MarkedCounts {
  std::string mark;
  std::map<std::string, std::uint64_t, std::less<>> events;

  // 0 for what did not occur, and for what was not counted.
  std::uint64_t Of(std::string_view event) const {
    const auto found = events.find(event);
    return found == events.end() ? 0 : found->second;
  }
};

// Nothing where the text is no such file, or was written without a mark.
std::optional<MarkedCounts> ReadCallgrindFile(std::istream& file);

// Reads BASE.1, BASE.2, ... and removes them; `each` is called for every one that has a mark.
void TakeCallgrindFiles(const std::string& base,
                        const std::function<void(const MarkedCounts&)>& each);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_DETERMINISTIC_CALLGRIND_FILE_H_
