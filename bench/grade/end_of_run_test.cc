// Verdicts from what is left of a run, and that no report is believed without its seal.

#include "bench/grade/end_of_run.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>

#include <cstring>
#include <random>

#include "traces/test_seed.h"

namespace alloclab::grade {
namespace {

constexpr std::uint64_t kNonce = 42;
constexpr std::chrono::milliseconds kTimeOut{1500};

// As waitpid gives them.
constexpr int Exited(int status) { return status << 8; }
constexpr int Killed(int signal) { return signal; }

RunReport Sealed(LabRule rule = LabRule::kNone) {
  RunReport report;
  report.phase = Phase::kHarness;
  report.at_operation = 7;
  report.result.rule = rule;
  report.result.live_bytes_peak = 30;
  report.result.heap_bytes_peak = 40;
  std::strcpy(report.result.text, "so it is");
  report.seal = report.SealFor(kNonce);
  return report;
}

CheckOutcome JudgeOf(const RunReport& report, int status, bool timed_out = false) {
  ContainedChildEnd child;
  child.status = status;
  child.timed_out = timed_out;
  return Judge(child, report, kNonce, kTimeOut);
}

TEST(EndOfRun, ASealedResultCounts) {
  const CheckOutcome good = JudgeOf(Sealed(), Exited(0));
  EXPECT_TRUE(good.correct());
  EXPECT_FALSE(good.operation.has_value());
  EXPECT_DOUBLE_EQ(good.utilisation(), 0.75);
  const CheckOutcome bad = JudgeOf(Sealed(LabRule::kOverlap), Exited(0));
  EXPECT_EQ(bad.rule, LabRule::kOverlap);
  EXPECT_EQ(bad.reason, "so it is");
  EXPECT_EQ(bad.operation, 7u);
  EXPECT_EQ(bad.utilisation(), 0);
}

TEST(EndOfRun, NoChangeOfAResultIsBelieved) {
  for (std::size_t bit = 0; bit < 8 * sizeof(RunResult); ++bit) {
    RunReport report = Sealed(LabRule::kOverlap);
    reinterpret_cast<unsigned char*>(&report.result)[bit / 8] ^=
        static_cast<unsigned char>(1u << (bit % 8));
    ASSERT_EQ(JudgeOf(report, Exited(0)).rule, LabRule::kHarness) << bit;
  }
  RunReport unsealed = Sealed();
  unsealed.seal = 0;
  EXPECT_EQ(JudgeOf(unsealed, Exited(0)).rule, LabRule::kHarness);
  RunReport of_another_run = Sealed();
  of_another_run.seal = of_another_run.SealFor(kNonce + 1);
  EXPECT_EQ(JudgeOf(of_another_run, Exited(0)).rule, LabRule::kHarness);
}

TEST(EndOfRun, SaysWhatTheProcessWasIn) {
  RunReport report = Sealed();
  report.seal = 0;
  report.phase = Phase::kFree;
  const CheckOutcome exit = JudgeOf(report, Exited(3));
  EXPECT_EQ(exit.rule, LabRule::kExit);
  EXPECT_EQ(exit.reason, "mm_free ended the process, with status 3");
  EXPECT_EQ(exit.operation, 7u);
  report.signal = SIGSEGV;
  report.heap_begin = 0x1000000;
  report.heap_end = report.heap_begin + 4096;
  report.signal_code = SEGV_MAPERR;
  report.fault_address = report.heap_end + 24;
  const CheckOutcome crash = JudgeOf(report, Killed(SIGSEGV));
  EXPECT_EQ(crash.rule, LabRule::kCrash);
  EXPECT_NE(crash.reason.find("24 bytes behind the end of the heap"), std::string::npos)
      << crash.reason;
  report.phase = Phase::kHarness;
  EXPECT_EQ(JudgeOf(report, Killed(SIGSEGV)).rule, LabRule::kHarness);
  report.phase = Phase::kInit;
  EXPECT_FALSE(JudgeOf(report, Killed(SIGABRT)).operation.has_value());
}

// The kernel tells no address where the pointer could not be one; nor is there one where nothing
// was touched.
TEST(EndOfRun, NoAddressIsToldWhereThereIsNone) {
  RunReport report = Sealed();
  report.seal = 0;
  report.phase = Phase::kMalloc;
  report.signal = SIGSEGV;
  report.signal_code = SI_KERNEL;
  const std::string no_pointer = JudgeOf(report, Killed(SIGSEGV)).reason;
  EXPECT_NE(no_pointer.find("through a pointer that no address can be"), std::string::npos);
  EXPECT_EQ(no_pointer.find("close to null"), std::string::npos) << no_pointer;
  report.signal_code = SI_TKILL;
  const std::string raised = JudgeOf(report, Killed(SIGSEGV)).reason;
  EXPECT_NE(raised.find("which it sent to itself"), std::string::npos) << raised;
  EXPECT_EQ(raised.find("close to null"), std::string::npos) << raised;
  report.signal_code = SEGV_ACCERR;
  EXPECT_NE(JudgeOf(report, Killed(SIGSEGV)).reason.find("close to null"), std::string::npos);
}

// The filter of system calls ends a process by SIGSYS; that it did is not SIGSYS from elsewhere.
TEST(EndOfRun, MemoryThatIsAskedOfTheSystemIsNamed) {
  RunReport report = Sealed();
  report.seal = 0;
  report.phase = Phase::kRealloc;
  report.signal = SIGSYS;
  report.system_call = SYS_mremap;
  const CheckOutcome outcome = JudgeOf(report, Killed(SIGSYS));
  EXPECT_EQ(outcome.rule, LabRule::kElsewhere);
  EXPECT_EQ(outcome.reason,
            "mm_realloc made the system call mremap: memory comes from mem_sbrk alone");
  EXPECT_EQ(outcome.operation, 7u);
  report.system_call = SYS_getpid;
  EXPECT_EQ(JudgeOf(report, Killed(SIGSYS)).rule, LabRule::kCrash);
  report.system_call = SYS_mremap;
  EXPECT_EQ(JudgeOf(report, Killed(SIGSEGV)).rule, LabRule::kCrash);
  report.signal = 0;
  EXPECT_EQ(JudgeOf(report, Killed(SIGSYS)).rule, LabRule::kCrash);
}

TEST(EndOfRun, StaticBytesAreHeld) {
  CheckOutcome outcome = JudgeOf(Sealed(), Exited(0));
  outcome.static_bytes = 20;
  EXPECT_DOUBLE_EQ(outcome.utilisation(), 30.0 / (40 + 20));
  outcome.static_bytes = UINT64_MAX;  // no sum wraps round
  EXPECT_NEAR(outcome.utilisation(), 0, 1e-9);
}

TEST(EndOfRun, ATimeOutIsOneWhateverTheReportSays) {
  const CheckOutcome outcome = JudgeOf(Sealed(), Killed(SIGKILL), true);
  EXPECT_EQ(outcome.rule, LabRule::kTimeOut);
  EXPECT_NE(outcome.reason.find("1.5 s"), std::string::npos) << outcome.reason;
}

// The limit of processor time is beyond the time out, and ends a process by SIGKILL: only who
// raises SIGXCPU is ended by it.
TEST(EndOfRun, SigxcpuIsASignalAsOthers) {
  RunReport report = Sealed();
  report.seal = 0;
  report.phase = Phase::kMalloc;
  const CheckOutcome outcome = JudgeOf(report, Killed(SIGXCPU));
  EXPECT_EQ(outcome.rule, LabRule::kCrash);
  EXPECT_NE(outcome.reason.find("mm_malloc was ended by SIGXCPU"), std::string::npos)
      << outcome.reason;
}

// A report full of anything is a failure, told in a sentence.
TEST(EndOfRun, AnyBytesCanBeJudged) {
  const std::uint64_t seed = TestSeed();
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    RunReport report;
    auto* bytes = reinterpret_cast<unsigned char*>(&report);
    for (std::size_t at = 0; at < sizeof(report); ++at) {
      bytes[at] = static_cast<unsigned char>(random());
    }
    for (const int status :
         {Exited(0), Exited(255), Killed(SIGSEGV), Killed(SIGKILL), Killed(64)}) {
      const CheckOutcome outcome = JudgeOf(report, status);
      ASSERT_FALSE(outcome.correct()) << "seed " << seed;
      ASSERT_FALSE(outcome.reason.empty()) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace alloclab::grade
