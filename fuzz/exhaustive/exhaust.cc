#include "fuzz/exhaustive/exhaust.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <numeric>
#include <system_error>

#include "fuzz/exhaustive/programs.h"
#include "fuzz/isolated.h"

namespace alloclab {
namespace {

// Programs between two looks at the clock: a millisecond of them, and no more than that is lost.
constexpr std::uint64_t kLookEvery = 256;

// Where the other process is, in memory that both see.
class Progress {
 public:
  explicit Progress(std::size_t operations) : bytes_((operations + 1) * sizeof(std::uint64_t)) {
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    // The system's memory is zero.
    begun_ = static_cast<volatile std::uint64_t*>(memory);
  }
  ~Progress() { munmap(const_cast<std::uint64_t*>(begun_), bytes_); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // How many programs of a length were begun.
  volatile std::uint64_t& begun(std::size_t operations) const { return begun_[operations]; }

 private:
  std::size_t bytes_;
  volatile std::uint64_t* begun_;
};

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// Processor time that this process, or its children that have ended, took: RUSAGE_SELF or
// RUSAGE_CHILDREN.
double ProcessorSeconds(int who) {
  rusage used = {};
  getrusage(who, &used);
  return Seconds(used.ru_utime) + Seconds(used.ru_stime);
}

}  // namespace

std::uint64_t ExhaustResult::programs_run() const {
  return std::accumulate(lengths.begin(), lengths.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Length& length) { return sum + length.run; });
}

ExhaustResult Exhaust(const Alphabet& alphabet, const RunProgram& run,
                      const ExhaustLimits& limits) {
  const Progress progress(limits.operations);
  const double before = ProcessorSeconds(RUSAGE_CHILDREN);
  ExhaustResult result;
  result.verdict = RunIsolated(
      [&] {
        // A new process has taken no time.
        const auto over = [&] {
          return limits.seconds > 0 && ProcessorSeconds(RUSAGE_SELF) >= limits.seconds;
        };
        std::string verdict;
        bool more = true;
        for (std::size_t operations = 1; more && operations <= limits.operations; ++operations) {
          volatile std::uint64_t& begun = progress.begun(operations);
          more = ForEachProgram(alphabet, operations, [&](std::span<const Event> program) {
            if (begun % kLookEvery == 0) {
              if (over()) return false;
              alarm(limits.program_seconds);
            }
            begun = begun + 1;
            verdict = run(program);
            return verdict.empty();
          });
        }
        return verdict;
      },
      limits.program_seconds);
  result.seconds = ProcessorSeconds(RUSAGE_CHILDREN) - before;
  for (std::size_t operations = 1; operations <= limits.operations; ++operations) {
    const std::uint64_t begun = progress.begun(operations);
    if (begun == 0) break;
    result.lengths.push_back({CountPrograms(alphabet, operations), begun});
  }
  if (!result.verdict.empty() && !result.lengths.empty()) {
    result.program = NthProgram(alphabet, result.lengths.size(), result.lengths.back().run - 1);
  }
  return result;
}

}  // namespace alloclab
