// Runs one program on one allocator: in a fresh process and an empty folder, with an environment
// that is made here and nothing of the caller's. Its answer is what it prints and the files that it
// writes.

#ifndef ALLOCLAB_BENCH_PROGRAMS_PROGRAM_RUN_H_
#define ALLOCLAB_BENCH_PROGRAMS_PROGRAM_RUN_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/programs/launch_request.h"
#include "bench/programs/program.h"

namespace alloclab {

struct ProgramAnswer {
  std::string printed;
  std::vector<std::string> files;  // what is in them, in the order of MeasuredProgram::files

  friend bool operator==(const ProgramAnswer&, const ProgramAnswer&) = default;
};

struct ProgramOutcome {
  // Empty when the program ended with status 0 and wrote its files, else why not, as a sentence.
  // The rest holds only when this is empty.
  std::string reason;
  bool interrupted = false;  // the reason is the user's
  LaunchReport report;
  ProgramAnswer answer;
};

struct RunSettings {
  std::string launcher_path;
  std::chrono::milliseconds timeout;
  std::uint64_t memory_limit_bytes = 0;    // each process may gain; 0: no limit
  std::function<bool()> interrupted = {};  // asked while the program runs, which then ends
};

class ProgramRunner {
 public:
  // `folder` is an empty one for this program alone. What is given outlives this object.
  ProgramRunner(const RunSettings& settings, const MeasuredProgram& program,
                const std::filesystem::path& folder);

  // Writes the inputs and runs the preparation; a sentence when that fails, else nothing.
  std::string Prepare() const;

  // `watched`: also makes sure that malloc of all its processes is the allocator's.
  ProgramOutcome Run(const Candidate& allocator, bool watched) const;

 private:
  struct Launched;
  Launched Launch(LaunchRequest request, const std::filesystem::path& folder) const;
  LaunchRequest RequestFor(const Candidate& allocator) const;
  std::vector<std::string> Resolved(std::vector<std::string> command) const;

  const RunSettings& settings_;
  const MeasuredProgram& program_;
  const std::filesystem::path folder_;
};

// Where and how `actual` differs from `expected`, as the end of a sentence; nothing when they are
// the same.
std::string DifferenceOf(const MeasuredProgram& program, const ProgramAnswer& expected,
                         const ProgramAnswer& actual);

// The C library of this process: what `system` preloads where a program brings its own allocator.
std::string SystemLibrary();

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_PROGRAM_RUN_H_
