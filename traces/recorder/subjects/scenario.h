// What a test asks a recorded program to do. One program, `subject NAME [ARGUMENT]`, holds all
// scenarios; each is a function that returns the program's exit code.

#ifndef ALLOCLAB_TRACES_RECORDER_SUBJECTS_SCENARIO_H_
#define ALLOCLAB_TRACES_RECORDER_SUBJECTS_SCENARIO_H_

#include <cstddef>

namespace alloclab::subjects {

struct Arguments {
  const char* program;  // argv[0]
  const char* scenario;
  const char* argument;  // "" when there is none
};

int SingleThread(const Arguments&);
int AlignedFamily(const Arguments&);
int PassBlocks(const Arguments&);
int ReallocStorm(const Arguments&);
int ManyThreads(const Arguments&);
int LateDestructors(const Arguments&);
int AloneAgain(const Arguments&);
int Signals(const Arguments&);
int ForkAndUseBlocks(const Arguments&);
int VforkAndExec(const Arguments&);
int ExecChain(const Arguments&);
int QuickExit(const Arguments&);
int KillItself(const Arguments&);
int FillChunks(const Arguments&);
int WaitForTerm(const Arguments&);
int CloseAllFiles(const Arguments&);
int Pauses(const Arguments&);

// Allocations of these sizes, at once freed, stand around the calls a test compares.
inline constexpr std::size_t kBeginMark = 700'001;
inline constexpr std::size_t kEndMark = 700'002;
void Mark(std::size_t bytes);

// Keeps the compiler from proving that a block is not used.
inline void* Keep(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

}  // namespace alloclab::subjects

#endif  // ALLOCLAB_TRACES_RECORDER_SUBJECTS_SCENARIO_H_
