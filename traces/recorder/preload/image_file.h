// The recorder's files as the recorded process sees them (raw_format.h has the picture): the slots
// of the .live file that threads write into, and the .log file that full chunks go to.
//
// No file descriptor is kept open: programs close, count and reuse descriptors they did not open.
// All functions here make system calls and none allocates; the caller has blocked signals.

#ifndef ALLOCLAB_TRACES_RECORDER_PRELOAD_IMAGE_FILE_H_
#define ALLOCLAB_TRACES_RECORDER_PRELOAD_IMAGE_FILE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "traces/recorder/preload/stack_walk.h"
#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

// A slot as it passes from thread to thread.
struct Slot {
  std::byte* begin = nullptr;  // of its chunk
  std::size_t used = 0;        // bytes; 0: no chunk was begun
  std::size_t ready = 0;       // bytes that are backed by the file
};

// Clock ticks at the start of the run, subtracted from every stamp. Constant once BeginRun was
// true.
extern std::uint64_t clock_base;

// Whether each stamp has to be a reading of the clock. Constant once BeginRun was true.
extern bool exact_stamps;

// Whether calls are to leave no trace for now. Read for every call.
extern const std::atomic<std::uint32_t>* paused;

// Joins the run named by the environment. False when there is none, or it cannot be joined (which
// is said on standard error).
bool BeginRun();

// Opens the files of a new image of this process; null, and counted in the run, when that fails.
ImageHeader* OpenImage(std::uint32_t parent_image, std::uint64_t fork_stamp);

// A slot another thread gave back, or a fresh one; `begin` is null when there is no room.
Slot TakeSlot(ImageHeader* image);
void GiveBackSlot(const Slot& slot);

// Makes more of the slot usable; false when all of it is, or the disk is full.
bool WidenSlot(Slot& slot);

// Moves the slot's chunk to the .log file and clears the slot. What cannot be written is counted
// as dropped.
void MoveToLog(ImageHeader* image, Slot& slot);

// Frames of a call site that the run asks for. After BeginRun.
std::uint32_t RunSiteDepth();

// Adds a line about the code to the image's .modules file.
void AppendModule(std::uint64_t stamp, const Code& code);

// Writes to standard error.
void Say(const char* text);

// In the child of a fork: forgets the parent's slots, leaving their memory alone.
void ForgetSlots();

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_PRELOAD_IMAGE_FILE_H_
