// OwnerLock: one thread at a time, and at every instruction the word tells the thread itself
// whether it is the one. ThreadSanitizer watches the same tests (--config=tsan).

#include "allocator/owner_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <thread>
#include <vector>

namespace alloclab {
namespace {

// The first test, so that this process has had one thread only: atomics are spared then.
TEST(OwnerLock, IsNotTakenTwiceByTheOnlyThread) {
  OwnerLock lock;
  EXPECT_FALSE(lock.HeldByThisThread());
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(lock.TryLock());
    EXPECT_TRUE(lock.HeldByThisThread());
    EXPECT_FALSE(lock.TryLock());
    lock.Unlock();
    EXPECT_FALSE(lock.HeldByThisThread());
  }
}

TEST(OwnerLock, IsHadByOneThreadAtATime) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 20'000;
  OwnerLock lock;
  int count = 0;  // no atomic: what the lock is for
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kTimes; ++k) {
        wrong += lock.HeldByThisThread() ? 1 : 0;
        errno = k;
        lock.Lock();
        wrong += errno == k ? 0 : 1;
        wrong += lock.HeldByThisThread() ? 0 : 1;
        ++count;
        lock.Unlock();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, kThreads * kTimes);
  EXPECT_EQ(wrong, 0);
}

TEST(OwnerLock, IsNotTakenTwice) {
  OwnerLock lock;
  const auto look = [&](bool held, bool by_us) {
    EXPECT_EQ(lock.HeldByThisThread(), by_us);
    if (held) {
      EXPECT_FALSE(lock.TryLock());
    }
    std::thread([&] {
      EXPECT_FALSE(lock.HeldByThisThread());
      const bool took = lock.TryLock();
      EXPECT_EQ(took, !held);
      if (took) lock.Unlock();
    }).join();
  };
  look(false, false);
  lock.Lock();
  look(true, true);
  lock.Unlock();
  look(false, false);
  ASSERT_TRUE(lock.TryLock());
  look(true, true);
  lock.Unlock();
  look(false, false);
}

std::atomic<int> woken_by_signal{0};

// A signal, without SA_RESTART, ends the wait in the kernel with an error. And whoever comes first
// when the lock is let go lets it go to the next.
TEST(OwnerLock, AllWhoWaitComeWithTheirErrno) {
  struct sigaction action = {};
  action.sa_handler = [](int) { ++woken_by_signal; };
  sigaction(SIGUSR1, &action, nullptr);
  OwnerLock lock;
  lock.Lock();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      errno = 7;
      lock.Lock();
      wrong += errno == 7 ? 0 : 1;
      lock.Unlock();
    });
  }
  for (std::thread& thread : threads) {
    for (const int before = woken_by_signal; woken_by_signal < before + 5;) {
      pthread_kill(thread.native_handle(), SIGUSR1);
      usleep(2000);
    }
  }
  lock.Unlock();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// The child is the same thread under another number.
TEST(OwnerLock, IsStillHadInTheChildOfAFork) {
  OwnerLock lock;
  lock.Lock();
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // ends a child that waits for ever
    bool good = lock.HeldByThisThread();
    lock.Unlock();
    good = good && !lock.HeldByThisThread();
    lock.Lock();
    _exit(good && lock.HeldByThisThread() ? 0 : 1);
  }
  EXPECT_TRUE(lock.HeldByThisThread());
  lock.Unlock();
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

OwnerLock broken_into;
// What the thread knows without the lock: it has it for certain, or may be just taking it.
std::atomic<bool> inside{false};
std::atomic<int> signals{0};
std::atomic<int> wrong_answers{0};

// Waits for ever, if the answer is no where it should be yes.
void AskInHandler(int) {
  if (!broken_into.HeldByThisThread()) {
    wrong_answers += inside ? 1 : 0;
    broken_into.Lock();
    broken_into.Unlock();
  }
  ++signals;
}

void SetTimer(int microseconds) {
  struct itimerval timer = {};
  timer.it_interval.tv_usec = microseconds;
  timer.it_value.tv_usec = microseconds;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// The signal comes anywhere in Lock and Unlock, with another thread waiting and without.
TEST(OwnerLock, TellsTheTruthInASignalHandler) {
  std::atomic<bool> done{false};
  sigset_t alarms;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarms, nullptr);
  std::thread other([&] {
    while (!done) {
      broken_into.Lock();
      broken_into.Unlock();
    }
  });
  pthread_sigmask(SIG_UNBLOCK, &alarms, nullptr);
  struct sigaction action = {};
  action.sa_handler = AskInHandler;
  sigaction(SIGALRM, &action, nullptr);
  SetTimer(500);
  while (signals < 300) {
    for (int i = 0; i < 1000; ++i) {
      broken_into.Lock();
      inside = true;
      inside = false;
      broken_into.Unlock();
    }
    usleep(1);  // where ThreadSanitizer lets signals through
  }
  SetTimer(0);
  done = true;
  other.join();
  EXPECT_EQ(wrong_answers, 0);
}

}  // namespace
}  // namespace alloclab
