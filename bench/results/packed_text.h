// Text in a file, packed by zstd or as it is, by the name's ending; written whole or not at all,
// and never over a file that is there.

#ifndef ALLOCLAB_BENCH_RESULTS_PACKED_TEXT_H_
#define ALLOCLAB_BENCH_RESULTS_PACKED_TEXT_H_

#include <stdexcept>
#include <string>
#include <string_view>

namespace alloclab::results {

// what() names the file and the mend.
class ResultsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What ends so is packed.
inline constexpr std::string_view kPackedEnding = ".zst";

// Throws ResultsError when `path` is there, and for what cannot be written; then `path` is as it
// was.
void WriteNewText(const std::string& path, std::string_view text);

// Throws ResultsError as WriteNewText would for a new file in this folder. Leaves nothing there.
void CheckWritable(const std::string& folder);

// Throws ResultsError when `path` is there.
void RefuseExisting(const std::string& path);

// Throws ResultsError, for a packed text of more than 1 GiB, too.
std::string ReadText(const std::string& path);

}  // namespace alloclab::results

#endif  // ALLOCLAB_BENCH_RESULTS_PACKED_TEXT_H_
