// How far a comparison has come: runs of a worker done, of how many, and the time that is left.

#ifndef ALLOCLAB_BENCH_PROCESS_PROGRESS_H_
#define ALLOCLAB_BENCH_PROCESS_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace alloclab {

struct CompareProgress {
  std::size_t done;  // of `total`; what is found not to be needed counts as done
  std::size_t total;
  std::string what;  // "python: boundary_tags, time pass"
  // Until the end, as far as it can be told: nothing before there is anything to tell it from.
  std::optional<std::chrono::seconds> left;
};

// Runs are announced from several threads.
class Progress {
  using Clock = std::chrono::steady_clock;

 public:
  using Show = std::function<void(const CompareProgress&)>;

  // `show` may be empty. It is called for one run at a time.
  explicit Progress(Show show) : show_(std::move(show)) {}

  void Plan(std::size_t runs) { total_ += runs; }

  // A run begins.
  void Next(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (show_) show_({done_, total_, what, Left()});
    ++done_;
  }

  // Since this was made.
  std::chrono::duration<double> Elapsed() const { return Clock::now() - start_; }

  // `runs` that were planned are not needed.
  void Skip(std::size_t runs) {
    const std::lock_guard lock(mutex_);
    done_ += runs;
  }

  // The whole will end about so long from now.
  void ExpectEndIn(std::chrono::duration<double> left) {
    const std::lock_guard lock(mutex_);
    end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(left);
  }

 private:
  std::optional<std::chrono::seconds> Left() const {
    if (!end_) return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::seconds>(*end_ - Clock::now());
    return std::max(left, std::chrono::seconds(0));
  }

  const Show show_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t total_ = 0;
  std::optional<Clock::time_point> end_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROCESS_PROGRESS_H_
