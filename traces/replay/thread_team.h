// The threads of a ThreadedProgram, run side by side on one allocator.
//
// A team is made once and runs the program as often as asked. The threads are there before the
// clock starts: they wait for a common start, run, and wait for the last. Their stacks and what the
// C library keeps for each are made before, and are part of no measurement.

#ifndef ALLOCLAB_TRACES_REPLAY_THREAD_TEAM_H_
#define ALLOCLAB_TRACES_REPLAY_THREAD_TEAM_H_

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "traces/replay/replay.h"
#include "traces/replay/thread_order.h"
#include "traces/replay/threaded_image.h"

namespace alloclab {

template <Allocator A, Touch kTouch>
class ThreadTeam {
  static_assert(A::kThreadSafe, "the threads share the allocator");

 public:
  // One member for each thread of the program; takes no memory itself.
  struct Member {
    ThreadTeam* team;
    std::uint32_t number;
    pthread_t thread;
    std::uint64_t failures;
    std::uint64_t pause_cpu_ns;
  };

  // `members` and `progress` have an element for each thread of `image`, `slots` one for each slot,
  // all zero; everything outlives the team. `schedule` is for programs that keep times.
  ThreadTeam(A& allocator, const ThreadedImage& image, void** slots, Member* members,
             ThreadProgress* progress, const Schedule& schedule = Schedule())
      : allocator_(allocator),
        image_(image),
        slots_(slots),
        members_(members),
        progress_(progress),
        schedule_(schedule) {}
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;
  ~ThreadTeam() {
    stop_ = true;
    Begin();
    for (std::uint32_t i = 0; i < started_; ++i) pthread_join(members_[i].thread, nullptr);
  }

  // Starts the threads; false when the system gives no more of them.
  bool Start() {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, kStackBytes);
    for (; started_ < image_.threads(); ++started_) {
      Member& member = members_[started_];
      member = {this, started_, {}, 0, 0};
      if (pthread_create(&member.thread, &attributes, &Work, &member) != 0) break;
    }
    pthread_attr_destroy(&attributes);
    return started_ == image_.threads();
  }

  // Runs the program once, up to the end of its last thread, without the tail.
  void Run() {
    for (std::uint32_t i = 0; i < image_.threads(); ++i) {
      progress_[i].done.store(0, std::memory_order_relaxed);
    }
    running_.store(image_.threads(), std::memory_order_relaxed);
    schedule_.StartNow();
    Begin();
    for (std::uint32_t left; (left = running_.load(std::memory_order_acquire)) != 0;) {
      running_.wait(left, std::memory_order_acquire);
    }
  }

  // Of all runs so far: calls that gave null.
  std::uint64_t failures() const { return SumOf(&Member::failures); }
  // Likewise: the processor time of pauses, which is none of the allocator's.
  std::uint64_t pause_cpu_ns() const { return SumOf(&Member::pause_cpu_ns); }

 private:
  std::uint64_t SumOf(std::uint64_t Member::* figure) const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < started_; ++i) sum += members_[i].*figure;
    return sum;
  }

  // The loop needs next to nothing, an allocator hardly more; recorded threads may be thousands.
  static constexpr std::size_t kStackBytes = std::size_t{256} << 10;

  void Begin() {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  static void* Work(void* argument) {
    auto& member = *static_cast<Member*>(argument);
    ThreadTeam& team = *member.team;
    for (std::uint32_t seen = 0;; ++seen) {
      team.round_.wait(seen, std::memory_order_acquire);
      if (team.stop_) return nullptr;
      const std::span<const Op> ops = team.image_.thread(member.number);
      const ThreadOrder order(team.progress_, member.number, team.schedule_, member.pause_cpu_ns);
      member.failures += Replay<A, kTouch>(team.allocator_, ops.data(), ops.data() + ops.size(),
                                           team.slots_, order);
      if (team.running_.fetch_sub(1, std::memory_order_acq_rel) == 1) team.running_.notify_all();
    }
  }

  A& allocator_;
  const ThreadedImage& image_;
  void** slots_;
  Member* members_;
  ThreadProgress* progress_;
  Schedule schedule_;
  std::uint32_t started_ = 0;
  bool stop_ = false;  // written before Begin, read after it
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::uint32_t> running_{0};
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_THREAD_TEAM_H_
